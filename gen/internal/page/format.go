package page

// This file writes pages in formats other than HTML.

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// Format returns f in a format: html, svg, md or json. There is no SVG of a function without a
// machine.
func (f *Function) Format(format string, reasons []Reason) ([]byte, error) {
	switch format {
	case "html":
		return f.HTML(reasons)
	case "json":
		f.Writer = Marker
		text, err := json.MarshalIndent(f, "", "\t")
		return append(text, '\n'), err
	case "md":
		return f.markdown(), nil
	case "svg":
		if len(f.Machines) == 0 {
			return nil, nil
		}
		text := f.Machines[0].SVG() // that of the function, not those of its literals
		if text == "" {
			return nil, fmt.Errorf("%s has %d blocks, too many for a picture", f.Name, len(f.Machines[0].Nodes))
		}
		return []byte(text + "<!-- " + Marker + " -->\n"), nil
	}
	return nil, fmt.Errorf("there is no format %q", format)
}

// markdown returns f as a text with tables.
func (f *Function) markdown() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# %s\n\nPackage %s\n", code(f.Name), code(f.Package))
	var source []string
	for _, l := range f.Source {
		source = append(source, l.Text)
	}
	fmt.Fprintf(&b, "\n## Source: %s, line %d\n\n", f.SourceFile, f.Source[0].No)
	fenced(&b, "go", source)
	for _, r := range f.Refusals {
		fmt.Fprintf(&b, "\nRefused at line %d, %s: %s.", r.Line, r.Code, markdownText(r.Message))
		if r.Remedy != "" {
			fmt.Fprintf(&b, " Remedy: %s.", markdownText(r.Remedy))
		}
		b.WriteString("\n")
	}
	for _, m := range f.Machines {
		fmt.Fprintf(&b, "\n## States of %s\n\n| value | state | line | waits for |\n|---|---|---|---|\n", code(m.Name))
		for _, s := range m.States {
			line := ""
			if s.Line > 0 {
				line = fmt.Sprint(s.Line)
			}
			fmt.Fprintf(&b, "| %d | %s | %s | %s |\n", s.Value, code(s.Name), line, code(s.Text))
		}
		if m.Frame == nil {
			fmt.Fprintf(&b, "\n## Frame of %s\n\nNot measured: %s.\n", code(m.Name), m.NoFrame)
			continue
		}
		fmt.Fprintf(&b, "\n## Frame of %s: %d bytes on %s\n\n| at | bytes | field | kept because | needed in |\n|---|---|---|---|---|\n", code(m.Name), m.Frame.Size, m.Frame.Arch)
		for _, x := range m.Frame.Fields {
			fmt.Fprintf(&b, "| %d | %d | %s | %s | %s |\n", x.Offset, x.Size, code(x.Name+" "+x.Type), markdownText(x.Why), strings.TrimPrefix(lives(m, x), "needed in "))
		}
	}
	if len(f.Decisions) > 0 {
		b.WriteString("\n## Decisions\n\n| line | name | decision |\n|---|---|---|\n")
		for _, d := range f.Decisions {
			fmt.Fprintf(&b, "| %d | %s | %s |\n", d.Line, code(d.Name), markdownText(d.Text))
		}
	}
	if len(f.Machine) > 0 {
		var lines []string
		for _, l := range f.Machine {
			lines = append(lines, l.Text)
		}
		fmt.Fprintf(&b, "\n## Machine: %s, line %d\n\n", f.MachineFile, f.Machine[0].No)
		fenced(&b, "go", lines)
	}
	if f.Python != nil && f.Python.Text != "" {
		b.WriteString("\n## In Python\n\n")
		fenced(&b, "python", strings.Split(strings.TrimRight(f.Python.Text, "\n"), "\n"))
	}
	b.WriteString("\n<!-- " + Marker + " -->\n")
	return b.Bytes()
}

// fenced writes lines as a block of code. The fence is longer than all in the block.
func fenced(b *bytes.Buffer, language string, lines []string) {
	fence := "```"
	for _, l := range lines {
		for strings.Contains(l, fence) {
			fence += "`"
		}
	}
	fmt.Fprintf(b, "%s%s\n%s\n%s\n", fence, language, strings.Join(lines, "\n"), fence)
}

// code returns text as code in a line or a cell of a table.
func code(text string) string {
	if text == "" {
		return ""
	}
	text = strings.ReplaceAll(strings.Join(strings.Fields(text), " "), "|", "\\|")
	fence := "`"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	if len(fence) > 1 {
		return fence + " " + text + " " + fence
	}
	return fence + text + fence
}

// markdownText returns text for a line or a cell of a table, where it is no markup.
func markdownText(text string) string {
	return strings.NewReplacer(`\`, `\\`, "|", `\|`, "*", `\*`, "_", `\_`, "`", "\\`", "<", "&lt;", "[", `\[`, "\n", " ").Replace(text)
}
