package recording

// This file says what is special about a play, in order that a few of many plays can show all
// that the machine does.

import (
	"fmt"
	"regexp"
)

// Features returns what p shows: each way from one state to another, how it ended, and each
// event with the line at which it happened. Two plays with the same features differ in values
// and order only. If package or type is not empty, only the frames of that type count.
func (p *Play) Features(pkg, name string) []string {
	var features []string
	for _, s := range p.Steps {
		mine := 0
		for _, f := range s.Frames {
			if (name == "" || f.Type == name) && (pkg == "" || f.Package == pkg) && f.To.State != nil {
				features = append(features, fmt.Sprintf("%s.%s %s>%s %s %s", f.Package, f.Type, f.From, f.To, s.End, shape(s.Error)))
				mine++
			}
		}
		for _, e := range s.Events {
			if len(e.At) == 0 {
				if mine > 0 {
					features = append(features, shape(e.Text))
				}
				continue
			}
			for _, c := range e.At {
				if (name == "" || c.Type == name) && (pkg == "" || c.Package == pkg) {
					features = append(features, fmt.Sprintf("%s.%s %d %s", c.Package, c.Type, c.Line, shape(e.Text)))
				}
			}
		}
	}
	return features
}

// String returns p as Features compares it.
func (p Position) String() string {
	if p.State == nil {
		return "-"
	}
	return fmt.Sprint(*p.State)
}

var changing = regexp.MustCompile("\"(\\\\.|[^\"\\\\])*\"|`[^`]*`|[0-9]+")

// shape returns text without what differs from run to run: numbers and quoted strings.
func shape(text string) string { return changing.ReplaceAllString(text, "*") }
