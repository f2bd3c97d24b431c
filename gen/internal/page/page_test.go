package page

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/coroutinegen/coroutinegen/gen/internal/page/layered"
)

// TestNameFiles demands that all functions of a package have pages of their own, on every file system.
func TestNameFiles(t *testing.T) {
	p := &Package{}
	for _, name := range []string{"handle", "Handle", "index", "Con", "Server.handle", "server.Handle", "HANDLE", "Index"} {
		p.Functions = append(p.Functions, &Function{Name: name})
	}
	p.NameFiles()
	seen := map[string]bool{"index": true}
	for _, f := range p.Functions {
		if lower := strings.ToLower(f.File); seen[lower] || lower == "con" {
			t.Errorf("%s has the file %s", f.Name, f.File)
		} else {
			seen[lower] = true
		}
	}
	if first := p.Functions[0]; first.File != "handle" {
		t.Errorf("%s has the file %s without need", first.Name, first.File)
	}
}

// TestPictureIsXML demands that no text makes a picture that is not XML.
func TestPictureIsXML(t *testing.T) {
	for r := range rune(0x100) {
		text := string([]byte{byte(r)}) + "]]>&<!--" + string(r)
		m := &Machine{Name: text, Nodes: []Node{{Title: text, Text: text, Kind: text, State: text}}, Edges: []Edge{{Kind: text, Label: text}}}
		d := xml.NewDecoder(strings.NewReader(m.SVG()))
		for {
			if _, err := d.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatalf("%q: %v", text, err)
			}
		}
	}
}

// TestTooLarge demands that a machine with very many blocks has no picture, and says so.
func TestTooLarge(t *testing.T) {
	m := &Machine{Name: "f", Nodes: make([]Node, maxNodes+1)}
	f := &Function{Name: "f", Machines: []*Machine{m}, Machine: []OutputLine{{No: 1}}}
	if m.SVG() != "" {
		t.Error("there is a picture")
	}
	if _, err := f.Format("svg", nil); err == nil || !strings.Contains(err.Error(), "too many for a picture") {
		t.Errorf("the error is %v", err)
	}
	if text, err := f.HTML(nil); err != nil || !strings.Contains(string(text), "are too many for a picture") {
		t.Errorf("the page does not say so: %v", err)
	}
}

// TestRuns demands that lines are together while they follow each other and are about the same.
func TestRuns(t *testing.T) {
	list := runs([]OutputLine{
		{No: 3, Why: "keeps", Block: -1}, {No: 4, Why: "keeps", Block: -1},
		{No: 5, From: 1, Block: 2, Label: true, Text: "a:"}, {No: 6, From: 1, Block: 2}, {No: 7, From: 1, Block: 3},
		{No: 9, From: 1, Block: 3},
	})
	var got []string
	for _, r := range list {
		got = append(got, fmt.Sprint("after ", r.Before()))
		for _, g := range r.Groups {
			got = append(got, fmt.Sprintf("%d%s in %d: %d", g.From, g.Why, g.Block, len(g.Lines)))
		}
	}
	if got, want := strings.Join(got, ", "), "after 2, 0keeps in -1: 2, 1 in 2: 2, 1 in 3: 1, after 8, 1 in 3: 1"; got != want {
		t.Errorf("the groups are %s, want %s", got, want)
	}
}

// TestLives demands that long rows of states are cut short, and no others.
func TestLives(t *testing.T) {
	m := &Machine{}
	for i, name := range strings.Split("abcdefghi", "") {
		m.States = append(m.States, State{Name: name, Value: i})
	}
	for live, want := range map[string]string{
		"":         "no state",
		"c":        "c",
		"cd":       "c, d",
		"bcd":      "b to d",
		"adfghi":   "a, d, f to i",
		"abcefg":   "a to c, e to g",
		"abcdefgh": "all states",
	} {
		x := Field{Live: strings.Split(live, "")}
		if got := lives(m, x); got != "needed in "+want {
			t.Errorf("%q: %s, want needed in %s", live, got, want)
		}
		if got := len(strings.Fields(values(m, x))); got != len(live) {
			t.Errorf("%q: %d values", live, got)
		}
	}
}

// TestCurve demands that a path bends where the points do.
func TestCurve(t *testing.T) {
	for _, x := range []struct {
		places [][2]float64
		want   string
	}{
		{[][2]float64{{0, 0}, {0, 9.6}}, "M0 0V10"},
		{[][2]float64{{0, 0}, {0, 10}, {0, 20}, {0, 30}}, "M0 0V30"},
		{[][2]float64{{0, 0}, {4, 10}, {9, 20}, {9, 30}}, "M0 0Q4 10 6.5 15T9 25V30"},
		{[][2]float64{{0, 0}, {4, 10}, {4, 20}, {4, 30}, {4, 40}, {0, 50}}, "M0 0Q4 10 4 15V35Q4 40 2 45L0 50"},
	} {
		var points []layered.Point
		for _, p := range x.places {
			points = append(points, layered.Point{X: p[0], Y: p[1]})
		}
		if got := curve(points); got != x.want {
			t.Errorf("%v: %s, want %s", x.places, got, x.want)
		}
	}
}

// TestOneSetOfTools demands that of the pictures of a page, the first alone brings style and tips.
func TestOneSetOfTools(t *testing.T) {
	small := []Node{{}}
	f := &Function{Name: "f", Machine: []OutputLine{{No: 1}}, Machines: []*Machine{{Nodes: make([]Node, maxNodes+1)}, {Nodes: small}, {Nodes: small}}}
	text, err := f.HTML(nil)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(text), "<svg"); n != 2 {
		t.Errorf("the page has %d pictures", n)
	}
	first, _, _ := strings.Cut(string(text), "</svg>")
	if !strings.Contains(first, `id="tip-next"`) || strings.Count(string(text), `id="tip-next"`) != 1 || strings.Count(string(text), svgStyle) != 1 {
		t.Error("the first picture does not bring what the others need, or they bring it, too")
	}
}
