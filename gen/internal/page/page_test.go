package page

import (
	"encoding/xml"
	"io"
	"strings"
	"testing"
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
		d := xml.NewDecoder(strings.NewReader(m.SVG(0)))
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
	if m.SVG(0) != "" {
		t.Error("there is a picture")
	}
	if _, err := f.Format("svg", nil); err == nil || !strings.Contains(err.Error(), "too many for a picture") {
		t.Errorf("the error is %v", err)
	}
	if text, err := f.HTML(nil); err != nil || !strings.Contains(string(text), "are too many for a picture") {
		t.Errorf("the page does not say so: %v", err)
	}
}
