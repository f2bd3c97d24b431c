package compare

// This file prints a report.

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"path"
	"slices"
	"strings"
	"time"
	"unicode"
)

// Formats are those that Write knows.
var Formats = []string{"text", "md", "json", "html"}

// Write prints r in one of the [Formats].
func (r *Report) Write(w io.Writer, format string) error {
	switch format {
	case "text":
		_, err := io.WriteString(w, r.text())
		return err
	case "md":
		_, err := io.WriteString(w, r.markdown())
		return err
	case "json":
		encoder := json.NewEncoder(w)
		encoder.SetIndent("", "\t")
		return encoder.Encode(r)
	case "html":
		return page.Execute(w, r)
	}
	return fmt.Errorf("there is no format %q: there are %s", format, strings.Join(Formats, ", "))
}

//go:embed page.html
var pageText string

var page = template.Must(template.New("page").Parse(pageText))

// A Table is a comparison as it is printed: a column for each version.
type Table struct {
	Head []string // the names of the versions
	Rows []Row
}

// A Row is one line of a table.
type Row struct {
	Name  string
	Cells []string
}

// Table returns the table of c.
func (c *Comparison) Table() Table {
	var t Table
	row := func(name string, cell func(i int) string) {
		r := Row{Name: name}
		for i := range c.Versions {
			r.Cells = append(r.Cells, cell(i))
		}
		t.Rows = append(t.Rows, r)
	}
	for _, v := range c.Versions {
		t.Head = append(t.Head, v.Name)
	}
	hasFrames := func(i int) bool { return len(c.Versions[i].Frames) > 0 }
	row("lines of code", func(i int) string { return orNone(hasFrames(i), fmt.Sprint(c.Versions[i].Lines)) })
	row("frames, bytes", func(i int) string { return orNone(hasFrames(i), fmt.Sprint(c.Versions[i].Bytes)) })
	most := 0
	for _, v := range c.Versions {
		most = max(most, len(v.Frames))
	}
	for k := range most {
		row("", func(i int) string {
			if k >= len(c.Versions[i].Frames) {
				return ""
			}
			return c.Versions[i].Frames[k].String()
		})
	}
	for _, cost := range c.Costs {
		row(cost.What, func(int) string { return "" })
		row("  allocations", func(i int) string {
			return fmt.Sprintf("%.4g, %s", cost.Runs[i].Objects, inBytes(cost.Runs[i].Bytes))
		})
		row("  time", func(i int) string {
			return time.Duration(cost.Runs[i].Nanoseconds).Round(10 * time.Nanosecond).String()
		})
		row("  time, ratio", func(i int) string {
			if i == 0 {
				return "1"
			}
			p := cost.Pairs[i]
			return fmt.Sprintf("%.2f (%.2f to %.2f)", p.Ratio, p.Low, p.High)
		})
	}
	return t
}

func orNone(has bool, text string) string {
	if !has {
		return "none"
	}
	return text
}

// String returns f in a few words.
func (f Frame) String() string {
	text := fmt.Sprintf("%s.%s %d", path.Base(f.Package), f.Type, f.Bytes)
	if f.Inside {
		text += ", embedded"
	}
	return text
}

func inBytes(n float64) string {
	if n < 10_000 {
		return fmt.Sprintf("%.4g bytes", n)
	}
	return fmt.Sprintf("%.4g kB", n/1000)
}

// Verdict says in one sentence whether the traces are the same.
func (c *Comparison) Verdict() string {
	scripts := fmt.Sprintf("%d scripts", c.Scripts)
	if c.Scripts == 1 {
		scripts = "1 script"
	}
	if c.Difference == nil {
		return "the traces are the same under " + scripts
	}
	return fmt.Sprintf("the traces differ; first under script %d: %s", c.Scripts, c.Difference.Script)
}

// A Pair is a line of two traces side by side.
type Pair struct {
	Differs     bool // the first line that does
	Left, Right string
}

// around is how many lines are shown before and after the first one that differs.
const around = 6

// Names returns the names of the versions that differ.
func (c *Comparison) Names() [2]string {
	return [2]string{c.Versions[0].Name, c.Versions[c.Difference.Version].Name}
}

// Traces returns the lines of both traces around the first difference.
func (c *Comparison) Traces() []Pair {
	d := c.Difference
	a, b := split(d.Traces[0]), split(d.Traces[1])
	at := func(lines []string, i int) string {
		if i < len(lines) {
			return lines[i]
		}
		return ""
	}
	var pairs []Pair
	for i := max(0, d.Line-around); i < max(len(a), len(b)) && i <= d.Line+around; i++ {
		pairs = append(pairs, Pair{i == d.Line, at(a, i), at(b, i)})
	}
	return pairs
}

func split(trace string) []string { return strings.Split(strings.TrimSuffix(trace, "\n"), "\n") }

// measured says what the figures are.
const measured = "Allocations and times are those of a whole run with its task and what the test sets up, measured on this machine (%s), without the collection of garbage. The time is the tenth percentile; the ratio is the median of slices in turn, with its quartiles."

// Measured says what the figures are, if there are any.
func (r *Report) Measured() string {
	if !slices.ContainsFunc(r.Comparisons, func(c Comparison) bool { return len(c.Costs) > 0 }) {
		return ""
	}
	return fmt.Sprintf(measured, r.Machine)
}

// text returns r for a terminal.
func (r *Report) text() string {
	var b strings.Builder
	for i, c := range r.Comparisons {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "%s: %s\n\n", c.Test, c.Verdict())
		if c.Difference != nil {
			names := c.Names()
			pairs := append([]Pair{{Left: names[0], Right: names[1]}}, c.Traces()...)
			left := 0
			for _, p := range pairs {
				left = max(left, width(p.Left))
			}
			for _, p := range pairs {
				mark := ' '
				if p.Differs {
					mark = '>'
				}
				b.WriteString(strings.TrimRight(fmt.Sprintf("%c %s  %s", mark, pad(p.Left, left), p.Right), " ") + "\n")
			}
			b.WriteByte('\n')
		}
		t := c.Table()
		rows := append([]Row{{Cells: t.Head}}, t.Rows...)
		widths := make([]int, len(t.Head)+1)
		for _, row := range rows {
			for k, cell := range append([]string{row.Name}, row.Cells...) {
				widths[k] = max(widths[k], width(cell))
			}
		}
		for _, row := range rows {
			line := ""
			for k, cell := range append([]string{row.Name}, row.Cells...) {
				line += pad(cell, widths[k]+2)
			}
			b.WriteString(strings.TrimRight("  "+line, " ") + "\n")
		}
	}
	for _, note := range r.footer() {
		fmt.Fprintf(&b, "\n%s\n", note)
	}
	return strings.Map(printable, b.String())
}

// printable replaces what a terminal would take for a command.
func printable(r rune) rune {
	if r != '\n' && unicode.IsControl(r) {
		return unicode.ReplacementChar
	}
	return r
}

// footer returns what stands at the end.
func (r *Report) footer() []string {
	var list []string
	if m := r.Measured(); m != "" {
		list = append(list, m)
	}
	return append(list, r.Notes...)
}

func width(s string) int { return len([]rune(s)) }

func pad(s string, n int) string { return s + strings.Repeat(" ", max(0, n-width(s))) }

// markdown returns r as Markdown.
func (r *Report) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n", escape(r.Test))
	for _, c := range r.Comparisons {
		fmt.Fprintf(&b, "\n## %s\n\n%s.\n", escape(c.Test), escape(c.Verdict()))
		if c.Difference != nil {
			names := c.Names()
			fmt.Fprintf(&b, "\n| | %s | %s |\n|---|---|---|\n", escape(names[0]), escape(names[1]))
			for _, p := range c.Traces() {
				mark := ""
				if p.Differs {
					mark = "**differs**"
				}
				fmt.Fprintf(&b, "| %s | %s | %s |\n", mark, escape(p.Left), escape(p.Right))
			}
		}
		t := c.Table()
		fmt.Fprintf(&b, "\n| |")
		for _, name := range t.Head {
			fmt.Fprintf(&b, " %s |", escape(name))
		}
		b.WriteString("\n|---|" + strings.Repeat("---|", len(t.Head)) + "\n")
		for _, row := range t.Rows {
			fmt.Fprintf(&b, "| %s |", escape(row.Name))
			for _, cell := range row.Cells {
				fmt.Fprintf(&b, " %s |", escape(cell))
			}
			b.WriteByte('\n')
		}
	}
	for _, note := range r.footer() {
		fmt.Fprintf(&b, "\n%s\n", escape(note))
	}
	return b.String()
}

// escaper escapes what Markdown, and the HTML in it, would take for markup.
var escaper = strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "|", `\|`, "<", "&lt;", ">", "&gt;", "&", "&amp;", "#", `\#`, "\n", " ")

func escape(s string) string { return escaper.Replace(s) }

// Indented reports whether r belongs to the row before it.
func (r Row) Indented() bool { return r.Name == "" || strings.HasPrefix(r.Name, "  ") }
