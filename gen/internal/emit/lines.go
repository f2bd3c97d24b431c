package emit

// This file writes //line directives, so that positions in a machine are those of the source.
//
// The stages mark text of the user with its line, and the code of the machine as made up. Marks
// are comments that gofmt leaves in the first column, as it leaves a directive. When the file is
// formatted, the marks become directives, or go where the position is right without one.

import (
	"bytes"
	"fmt"
	"go/format"
	"go/scanner"
	"go/token"
	"slices"
	"strconv"
	"strings"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
)

// LineNames are names of files in directives.
type LineNames struct{ Source, Target string }

// madeUp marks what follows as code of the machine.
const madeUp = ir.LineMark + "-"

// at marks what follows as the text of the user at pos. It stands at the beginning of a line.
func (p *printer) at(pos token.Pos) {
	if p.Line != nil && pos.IsValid() {
		p.line(ir.LineMark, strconv.Itoa(p.Line(pos)), p.inBlock())
	}
}

// own marks what follows as made up.
func (p *printer) own() {
	if p.Line != nil {
		p.line(madeUp, p.inBlock())
	}
}

// indentComments indents the comments in text that stand above marks. A comment in the first
// column and a mark below it would be the comment of a declaration to gofmt, which moves
// directives in such a comment. So is a mark above such a comment, which goes below it.
func indentComments(text []byte) []byte {
	lines := bytes.SplitAfter(text, []byte("\n"))
	inside := insideTokens(text)
	isMark := func(line []byte) bool { return bytes.HasPrefix(bytes.TrimLeft(line, " \t"), []byte(ir.LineMark)) }
	isComment := func(i int) bool {
		return !inside[i+1] && !isMark(lines[i]) && bytes.HasPrefix(bytes.TrimLeft(lines[i], " "), []byte("//"))
	}
	for i, mark := range slices.Backward(lines) {
		if inside[i+1] || !isMark(mark) {
			continue
		}
		for ; i+1 < len(lines) && isComment(i+1); i++ {
			lines[i], lines[i+1] = lines[i+1], mark
		}
	}
	above := false // only comments are between the line and the next mark
	for i, line := range slices.Backward(lines) {
		switch {
		case inside[i+1]:
			above = false
		case isMark(line) && above:
			lines[i] = nil // the next mark replaces it
		case isMark(line):
			above = true
		case !isComment(i):
			above = false
		case above:
			lines[i] = append([]byte("\t"), line...)
		}
	}
	return bytes.Join(lines, nil)
}

// directives returns text with directives in place of marks. text is formatted. source is the
// name of the source in directives, and target that of text itself.
func directives(text []byte, source, target string) ([]byte, error) {
	var out []string
	verbatim := false // the line begins inside a string or a comment
	add := func(line string) {
		if line != "" || verbatim || len(out) == 0 || out[len(out)-1] != "" { // no mark may leave two empty lines
			out = append(out, line)
		}
	}
	const none = -1         // the position of made-up code
	now, want := none, none // the line of the source that the next line has, and should have
	inside := insideTokens(text)
	lines := strings.Split(string(text), "\n")
	for i, line := range lines {
		verbatim = inside[i+1]
		if mark, ok := strings.CutPrefix(strings.TrimLeft(line, "\t"), ir.LineMark); ok && !verbatim {
			want = none
			if mark != "-" {
				n, err := strconv.Atoi(mark)
				if err != nil {
					return nil, fmt.Errorf("line %d: a mark without a number", i+1)
				}
				want = n
			}
			continue
		}
		// A directive below the comment of a declaration would belong to it, and so would
		// one above a comment in a body.
		doc := strings.HasPrefix(line, "//")
		comment := strings.HasPrefix(strings.TrimLeft(line, "\t"), "//")
		if want != now && line != "" && (doc || !comment) && !verbatim {
			if want == none {
				add(fmt.Sprintf("//line %s:%d", target, len(out)+2))
			} else {
				add(fmt.Sprintf("//line %s:%d", source, want))
			}
			if doc {
				add("")
			}
			now = want
		}
		add(line)
		if now != none {
			now++
			if want == now-1 {
				want = now
			}
		}
	}
	result := []byte(strings.Join(out, "\n"))
	again, err := format.Source(result)
	if err != nil {
		return nil, err
	}
	if i := firstMoved(result, again); i > 0 {
		return nil, fmt.Errorf("gofmt moves line %d, so the directives behind it are wrong", i)
	}
	return again, nil
}

// insideTokens returns the numbers of the lines of text that begin inside a string or a comment.
func insideTokens(text []byte) map[int]bool {
	file := token.NewFileSet().AddFile("", -1, len(text))
	var s scanner.Scanner
	s.Init(file, text, nil, scanner.ScanComments)
	inside := map[int]bool{}
	for {
		pos, tok, lit := s.Scan()
		if tok == token.EOF {
			return inside
		}
		if tok == token.STRING || tok == token.COMMENT {
			line := file.PositionFor(pos, false).Line
			for i := range strings.Count(lit, "\n") {
				inside[line+i+1] = true
			}
		}
	}
}

// firstMoved returns the number of the first line that is not on the same line of b. It returns
// 0 if there is none. Spaces do not count.
func firstMoved(a, b []byte) int {
	x, y := strings.Split(string(a), "\n"), strings.Split(string(b), "\n")
	for i := range max(len(x), len(y)) {
		if i >= len(x) || i >= len(y) || strings.Join(strings.Fields(x[i]), "") != strings.Join(strings.Fields(y[i]), "") {
			return i + 1
		}
	}
	return 0
}
