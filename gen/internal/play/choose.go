package play

// This file chooses the plays that a page shows: a few that together show everything that the
// machine did, the simplest ones.

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/coroutinegen/coroutinegen/rt/rttest/recording"
)

// Limits keep a page small.
type Limits struct {
	Plays int // most of them
	Steps int // of a play
	Bytes int // of all plays as JSON
}

// PageLimits are those of a page.
var PageLimits = Limits{Plays: 60, Steps: 40, Bytes: 60_000}

// Choose returns the plays that show frames of one type: those of the package pkg, an import
// path, that are called name. Each play shows something that no play before it shows: a step from
// one state to another, a way to end, an event at a line. The simplest plays come first. notes
// say what was left out.
//
// Of each play, the steps are those from the first to the last in which such a frame is in the
// chain. Frames of other types have no fields, and events have no calls but those of the frame.
func (r *Recording) Choose(pkg, name string, limits Limits) (plays []recording.Play, notes []string) {
	var candidates []recording.Play
	for _, p := range r.Plays {
		if p, ok := cutOut(p, pkg, name); ok {
			candidates = append(candidates, p)
		}
	}
	slices.SortStableFunc(candidates, func(a, b recording.Play) int {
		return cmp.Or(cmp.Compare(len(a.Steps), len(b.Steps)), cmp.Compare(events(a), events(b)))
	})
	shown := make(map[string]bool)
	size, left, cut := 0, 0, 0
	for _, p := range candidates {
		news := false
		for _, f := range p.Features(pkg, name) {
			news = news || !shown[f]
		}
		if !news {
			continue
		}
		if len(p.Steps) > limits.Steps {
			p.Steps, p.Cut = p.Steps[:limits.Steps], true
		}
		text, err := json.Marshal(p)
		if err != nil || len(plays) == limits.Plays || size+len(text) > limits.Bytes {
			left++
			continue
		}
		for _, f := range p.Features(pkg, name) {
			shown[f] = true
		}
		if p.Cut {
			cut++
		}
		size += len(text)
		plays = append(plays, p)
	}
	if left > 0 {
		notes = append(notes, fmt.Sprintf("%d more plays are left out, as the page would be too large", left))
	}
	if cut > 0 {
		notes = append(notes, fmt.Sprintf("%d plays end after %d steps, although the test went on", cut, limits.Steps))
	}
	if len(candidates) == 0 {
		notes = append(notes, fmt.Sprintf("%s ran no coroutine of this function on a loop that is recorded, or none that suspended", r.Test))
	}
	return plays, notes
}

// cutOut returns what of p is about frames of one type.
func cutOut(p recording.Play, pkg, name string) (recording.Play, bool) {
	first, last := -1, 0
	for i, s := range p.Steps {
		if slices.ContainsFunc(s.Frames, func(f recording.Frame) bool { return f.Package == pkg && f.Type == name }) {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	if first < 0 {
		return p, false
	}
	p.Steps = slices.Clone(p.Steps[first : last+1])
	for i := range p.Steps {
		s := &p.Steps[i]
		s.Frames = slices.Clone(s.Frames)
		for j := range s.Frames {
			if f := &s.Frames[j]; f.Package != pkg || f.Type != name {
				f.Fields = nil
			}
		}
		s.Events = slices.Clone(s.Events)
		for j := range s.Events {
			e := &s.Events[j]
			var calls []recording.Call
			for _, c := range e.At {
				if c.Package == pkg && c.Type == name {
					calls = append(calls, c)
				}
			}
			e.At = calls
		}
	}
	return p, true
}

// events returns the number of events of p.
func events(p recording.Play) int {
	n := 0
	for _, s := range p.Steps {
		n += len(s.Events)
	}
	return n
}
