package explain

// This file turns recorded runs into what a page plays.

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/coroutinegen/coroutinegen/gen/internal/page"
	"github.com/coroutinegen/coroutinegen/rt/rttest/recording"
)

// Plays returns the recorded runs plays of the machine whose frame is the type frame of the
// package pkg, an import path. file is the base name of the file with the machine.
func Plays(plays []recording.Play, pkg, frame, file string) (list []page.Play) {
	for _, p := range plays {
		x := page.Play{Name: cmp.Or(p.Script, p.Task), Test: p.Test}
		state := 0
		for _, s := range p.Steps {
			for _, e := range s.Events {
				if at := line(e, pkg, frame, file); at > 0 || e.Before {
					x.Moments = append(x.Moments, page.Moment{Step: s.Number, State: state, At: at, Text: e.Text})
				}
			}
			end := page.Moment{Step: s.Number, State: state, End: true, Text: ending(s)}
			for _, f := range s.Frames {
				if f.Package != pkg || f.Type != frame {
					continue
				}
				if f.To.State != nil {
					end.State = *f.To.State
				}
				if f.To.Line != "" {
					end.Text = "suspends at " + f.To.Line
				}
				for _, v := range f.Fields {
					end.Fields = append(end.Fields, page.Value{Name: v.Name, Type: v.Type, Value: v.Value})
				}
				break // the outermost one, of a function that awaits itself
			}
			state = end.State
			x.Moments = append(x.Moments, end)
		}
		if p.Cut {
			x.Moments = append(x.Moments, page.Moment{State: state, Text: "the test went on; the rest was not recorded"})
		}
		list = append(list, x)
	}
	return list
}

// line returns the line of the machine at which e happened, or 0.
func line(e recording.Event, pkg, frame, file string) int {
	for _, c := range e.At {
		if c.Package == pkg && c.Type == frame && c.File == file {
			return c.Line
		}
	}
	return 0
}

// ending says how s ended.
func ending(s recording.Step) string {
	switch s.End {
	case recording.Suspended:
		return "suspends"
	case recording.Returned:
		return strings.TrimSpace("returns " + s.Value)
	case recording.Panicked:
		return "panics: " + s.Value
	case recording.Exited:
		return "ends with its goroutine"
	case recording.Failed, recording.Cancelled:
		return fmt.Sprintf("returns the error %q", s.Error)
	}
	return string(s.End)
}
