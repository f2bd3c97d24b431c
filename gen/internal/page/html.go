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
	"slices"
	"strconv"
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
	"runs":     runs,
	"values":   values,
	"picture":  picture,
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

// MaxBytes is the size from which a page loads slowly. A page grows with its machine, of which some
// 800 lines fit. Recorded runs get what room is left.
const MaxBytes = 150_000

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

// picture returns the picture of a machine of f. The first one brings what all of them are drawn with.
func picture(f *Function, index int) template.HTML {
	first := slices.IndexFunc(f.Machines, (*Machine).drawn)
	return template.HTML(f.Machines[index].svg(index, index == first))
}

// A run is lines of a machine without a gap, in groups of lines about the same.
type run struct {
	First  int // the number of the first line
	Groups []lineGroup
}

// Before returns the number of the line before the first.
func (r run) Before() int { return r.First - 1 }

type lineGroup struct {
	OutputLine // what is common to the lines
	Lines      []OutputLine
}

// runs returns lines in groups: a page says once what is the same for all lines of a group. Most
// of a page is lines.
func runs(lines []OutputLine) (list []run) {
	for i, l := range lines {
		if i == 0 || l.No != lines[i-1].No+1 {
			list = append(list, run{First: l.No})
		}
		r := &list[len(list)-1]
		about := OutputLine{From: l.From, Why: l.Why, Machine: l.Machine, Block: l.Block}
		if n := len(r.Groups); n == 0 || r.Groups[n-1].OutputLine != about {
			r.Groups = append(r.Groups, lineGroup{OutputLine: about})
		}
		g := &r.Groups[len(r.Groups)-1]
		g.Lines = append(g.Lines, l)
	}
	return list
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

// liveIn returns the indexes of the states of m in which the value of x is needed.
func liveIn(m *Machine, x Field) (list []int) {
	for i, s := range m.States {
		if slices.Contains(x.Live, s.Name) {
			list = append(list, i)
		}
	}
	return list
}

// values returns the values of the states of m in which the value of x is needed.
func values(m *Machine, x Field) string {
	var list []string
	for _, i := range liveIn(m, x) {
		list = append(list, strconv.Itoa(m.States[i].Value))
	}
	return strings.Join(list, " ")
}

// lives says in which states of m the value of x is needed. Three and more in a row are said by
// the first and the last.
func lives(m *Machine, x Field) string {
	switch {
	case len(x.Live) == 0:
		return "needed in no state"
	case len(x.Live) >= len(m.States)-1:
		return "needed in all states"
	}
	var list []string
	live := liveIn(m, x)
	for len(live) > 0 {
		n := 1
		for n < len(live) && live[n] == live[0]+n {
			n++
		}
		text := m.States[live[0]].Name
		if n > 2 {
			text += " to " + m.States[live[n-1]].Name
		} else {
			n = 1
		}
		list = append(list, text)
		live = live[n:]
	}
	return "needed in " + strings.Join(list, ", ")
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
