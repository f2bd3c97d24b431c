package page

// This file writes pages as HTML.

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"go/doc"
	"html/template"
	"strings"
)

//go:embed *.html
var files embed.FS

//go:embed page.css
var style string

//go:embed page.js
var script string

// policy lets a page run its own script, look as it looks, and do nothing else. It is of no use
// for a script in the text of a user to get into a page.
var policy = func() string {
	sum := sha256.Sum256([]byte(script))
	return "default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'unsafe-inline'; script-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}()

var funcs = template.FuncMap{
	"join":     func(list []string, sep string) string { return strings.Join(list, sep) },
	"picture":  func(m *Machine, i int) template.HTML { return template.HTML(m.SVG(i)) },
	"refusals": refusals,
	"hint":     hint,
	"lives":    lives,
	"synopsis": func(text string) string { return new(doc.Package).Synopsis(text) },
}

var templates = template.Must(template.New("").Funcs(funcs).ParseFS(files, "*.html"))

// render returns the page that the template called name makes of data.
func render(name, title string, data map[string]any) ([]byte, error) {
	data["Title"], data["Marker"], data["Policy"], data["Style"] = title, Marker, policy, template.CSS(style)
	var b bytes.Buffer
	err := templates.ExecuteTemplate(&b, name, data)
	return b.Bytes(), err
}

// Marker stands in every file, so that the tool knows which files it may replace.
const Marker = "coroutinegen explain"

// NameFiles gives every function of p the name of a file, without its ending. No two differ only in
// case, none is that of the list, and none is a device of Windows.
func (p *Package) NameFiles() {
	taken := map[string]bool{"index": true, "con": true, "prn": true, "aux": true, "nul": true}
	for i := range 10 {
		taken[fmt.Sprint("com", i)], taken[fmt.Sprint("lpt", i)] = true, true
	}
	for _, f := range p.Functions {
		f.File = f.Name
		for n := 2; taken[strings.ToLower(f.File)]; n++ {
			f.File = fmt.Sprintf("%s-%d", f.Name, n)
		}
		taken[strings.ToLower(f.File)] = true
	}
}

// facts are what the script of a page needs to know.
type facts struct {
	Reasons  map[string]string `json:"reasons"`
	Machines []machineFacts    `json:"machines"`
	Plays    []Play            `json:"plays"`
}

type machineFacts struct {
	States []stateFacts `json:"states"`
}

type stateFacts struct {
	Name  string `json:"name"`
	Block int    `json:"block"`
}

// HTML returns the page of f. reasons are the meanings of the words in the lines of its machine.
func (f *Function) HTML(reasons []Reason) ([]byte, error) {
	d := facts{Reasons: map[string]string{}, Plays: f.Plays}
	for _, r := range reasons {
		d.Reasons[r.Word] = r.Text
	}
	for _, m := range f.Machines {
		var x machineFacts
		for _, s := range m.States {
			x.States = append(x.States, stateFacts{s.Name, s.Block})
		}
		d.Machines = append(d.Machines, x)
	}
	return render("page.html", f.Name+" · "+f.Package, map[string]any{"F": f, "Data": d, "Script": template.JS(script)})
}

// Index returns the list of the functions of p as a page.
func (p *Package) Index() ([]byte, error) {
	return render("index.html", p.Path, map[string]any{"P": p})
}

// refusals returns why f is refused at a line.
func refusals(f *Function, line int) (list []Refusal) {
	for _, r := range f.Refusals {
		if r.Line == line {
			list = append(list, r)
		}
	}
	return list
}

// hint says what is remarkable about x, a field of f.
func hint(f *Frame, x Field) string {
	if f.Size >= 256 && x.Size*2 > f.Size {
		return fmt.Sprintf("%d %% of the frame", x.Size*100/f.Size)
	}
	return ""
}

// lives says in which states of m the value of x is needed.
func lives(m *Machine, x Field) string {
	switch {
	case len(x.Live) == 0:
		return "needed in no state"
	case len(x.Live) >= len(m.States)-1:
		return "needed in all states"
	}
	return "needed in " + strings.Join(x.Live, ", ")
}

// A Link leads to the functions of a package.
type Link struct {
	Text, File string
	Functions  int
}

// Packages returns the list of several packages as a page.
func Packages(links []Link, tool string) ([]byte, error) {
	return render("packages.html", "async functions", map[string]any{"Links": links, "Tool": tool})
}
