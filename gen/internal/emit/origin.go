package emit

// This file says where the lines of a machine come from. The marks of lines.go carry the answer
// through the formatter: which line of the source, or why the line is made up, and which block.

import (
	"bytes"
	"fmt"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
)

// A Reason is a word for what a line is for that is not in the source.
type Reason string

// The reasons of whole declarations, and then those of lines in methods.
const (
	outside     Reason = "outside"
	constructs  Reason = "constructs"
	keeps       Reason = "keeps"
	returnsMany Reason = "results"
	begins      Reason = "begins"
	records     Reason = "records"
	numbers     Reason = "numbers"
	locates     Reason = "locates"
	moves       Reason = "moves"
	polls       Reason = "polls"
	catches     Reason = "catches"
	unwinds     Reason = "unwinds"
	stops       Reason = "stops"
	hands       Reason = "hands"

	resumes  Reason = "resumes"
	hoists   Reason = "hoists"
	suspends Reason = "suspends"
	labels   Reason = "labels"
	joins    Reason = "joins"
)

var reasonTexts = map[Reason]string{
	outside:     "the file around the machines",
	constructs:  "makes the coroutine or the generator; nothing of it runs yet",
	keeps:       "the frame: what is kept while the function is suspended",
	returnsMany: "more than three results, as one value",
	begins:      "sets a frame that another frame holds to its beginning",
	records:     "records which deferred calls are due",
	numbers:     "the states: where the function continues",
	locates:     "says at which line of the source the function is suspended, and on what",
	moves:       "declared in the function, and needed by its frame",
	polls:       "runs the function to its next await or yield, or to its return",
	catches:     "holds a panic until the deferred calls have run",
	stops:       "ends the generator before its last value",
	hands:       "hands the values of the generator to a range statement",
	unwinds:     "runs the deferred calls when the function ends",

	resumes:  "goes on where the function was suspended",
	hoists:   "a local that several blocks use",
	suspends: "suspends: the next call goes on here",
	labels:   "a label: the function goes on here",
	joins:    "joins what stands apart in the source: jumps, braces, copies of variables",
}

// Text returns what r stands for, as a phrase.
func (r Reason) Text() string { return reasonTexts[r] }

// isDecl reports whether r is the reason of a declaration.
func (r Reason) isDecl() bool {
	switch r {
	case resumes, hoists, suspends, labels, joins:
		return false
	}
	return true
}

// An Origin says where a line of a machine comes from.
type Origin struct {
	Line   int    // in the source, or 0
	Marked int    // the line of the mark that Line was counted from
	Why    Reason // why the line is not in the source, if Line is 0
	Frame  string // the frame of the machine that the line belongs to, or ""
	Block  int    // the index of the block of Poll that the line belongs to, or -1
	Target bool   // the line is the label of the block
}

// mark returns the mark for made-up code.
func (m *Machine) mark(why Reason) string {
	switch {
	case !m.Explained:
		return madeUp
	case why.isDecl():
		return madeUp + string(why) + frameMark + m.Names.Frame
	}
	return madeUp + string(why)
}

const (
	frameMark = " of "       // follows a mark, with the name of a frame behind it
	blockMark = " in block " // follows a mark, with the index of a block behind it
	labelMark = " label"     // follows the block: the next line is its label
)

// CommentMark returns what stands at the end of a comment, with its line in the source behind it.
// It occurs in none of the given texts.
func CommentMark(texts ...[]byte) string {
	mark := "\uE000line "
	for slices.ContainsFunc(texts, func(text []byte) bool { return bytes.Contains(text, []byte(mark)) }) {
		mark = "\uE000" + mark
	}
	return " " + mark
}

// inBlock returns the end of a mark that names the block of p.
func (p *printer) inBlock() string {
	if !p.Explained || p.block == nil {
		return ""
	}
	return blockMark + strconv.Itoa(p.block.Index)
}

// because says what the made-up code that follows is for.
func (p *printer) because(why Reason) {
	if p.Explained {
		p.line(p.mark(why), p.inBlock())
	}
}

// inside returns p as a printer of b.
func (p *printer) inside(b *ir.Block) *printer {
	in := *p
	in.block = b
	return &in
}

// comment writes comments of the user.
func (p *printer) comment(c *ir.Comment) {
	for _, x := range c.Texts {
		text := x.Text
		if strings.HasPrefix(text, "//") {
			text += p.comes(x.Pos)
		}
		p.line(text)
	}
}

// comes returns the end of a comment whose text stands at pos in the source. A mark above a
// comment would not stay there: see indentComments.
func (p *printer) comes(pos token.Pos) string {
	if !p.Explained {
		return ""
	}
	return p.CommentMark + strconv.Itoa(p.Line(pos))
}

// markLabel marks the line of a label, which is the head of b in the source, or made up.
func (p *printer) markLabel(b *ir.Block) {
	if !p.Explained {
		return
	}
	mark := p.mark(labels)
	if b.Head != "" && b.Await == nil && b.Pos.IsValid() {
		mark = ir.LineMark + strconv.Itoa(p.Line(b.Pos))
	}
	p.line(mark, p.inside(b).inBlock(), labelMark)
}

// Origins returns where each line of plain comes from, which is the text that Bytes returns for f
// with machines that are not Explained. Those of f are Explained with commentMark, and f has no
// Lines. exact reports whether the marks changed nothing but empty lines: gofmt may write a comment
// in another way if a mark stands beside it. Such a line comes from where the one above it does.
func (f *File) Origins(commentMark string, plain []byte) (list []Origin, exact bool, err error) {
	text, err := f.rendered()
	if err != nil {
		return nil, false, err
	}
	marked, err := formatted(f.Source, indentComments(uncut(text)))
	if err != nil {
		return nil, false, fmt.Errorf("internal error: the marks are in the way: %w", err)
	}
	var lines [][]byte
	var origins []Origin
	now := Origin{Why: outside, Block: -1}
	inside := insideTokens(marked)
	for i, line := range bytes.Split(marked, []byte("\n")) {
		at := now
		if text, n, ok := bytes.Cut(line, []byte(commentMark)); ok {
			at = Origin{Frame: now.Frame, Block: now.Block}
			if at.Line, err = strconv.Atoi(string(n)); err != nil {
				return nil, false, fmt.Errorf("internal error: a comment without a line: %q", line)
			}
			at.Marked = at.Line
			line = text
		} else if mark, ok := bytes.CutPrefix(bytes.TrimLeft(line, "\t"), []byte(ir.LineMark)); ok && !inside[i+1] {
			if next, ok := now.after(string(mark)); ok { // otherwise it is a comment of the user
				now = next
				continue
			}
		}
		lines, origins = append(lines, line), append(origins, at)
		now.Target = false
		if now.Line > 0 && len(bytes.TrimSpace(line)) > 0 {
			now.Line++ // unless the next line has a mark
		}
	}
	list, exact = alignOrigins(lines, origins, plain)
	return list, exact, nil
}

// after returns the origin of the lines that follow mark. The lines before mark had the origin o.
// It reports whether mark is one.
func (o Origin) after(mark string) (next Origin, ok bool) {
	mark, isLabel := strings.CutSuffix(mark, labelMark)
	mark, block, hasBlock := strings.Cut(mark, blockMark)
	mark, frame, _ := strings.Cut(mark, frameMark)
	next = Origin{Frame: o.Frame, Block: o.Block, Target: isLabel}
	if why, ok := strings.CutPrefix(mark, "-"); ok {
		next.Why = Reason(why)
		if next.Why == "" {
			next.Why = joins
		} else if next.Why.isDecl() {
			next.Frame, next.Block = frame, -1
		}
		if next.Why.Text() == "" {
			return o, false
		}
	} else {
		n, err := strconv.Atoi(mark)
		if err != nil {
			return o, false
		}
		next.Line, next.Marked = n, n
	}
	if hasBlock {
		n, err := strconv.Atoi(block)
		if err != nil {
			return o, false
		}
		next.Block = n
	}
	return next, true
}

// near is how many lines apart two texts may be after a comment that differs.
const near = 12

// alignOrigins returns the origins of the lines of plain. lines have the given origins, and are
// those of plain but for empty lines, the header, and perhaps comments. exact reports whether they
// are without that perhaps.
func alignOrigins(lines [][]byte, origins []Origin, plain []byte) (aligned []Origin, exact bool) {
	header, start := clause(bytes.Join(lines, []byte("\n"))), clause(plain)
	var marked []string // without the header and empty lines
	var from []Origin
	for i, line := range lines {
		if s := squeezed(line); s != "" && i >= header {
			marked, from = append(marked, s), append(from, origins[i])
		}
	}
	var texts []string
	for _, line := range bytes.Split(plain, []byte("\n")) {
		texts = append(texts, squeezed(line))
	}
	exact = true
	last := Origin{Why: outside, Block: -1}
	i := 0
	for n, text := range texts {
		at := last
		at.Target = false
		switch {
		case n < start:
		case text == "":
			at = Origin{Why: outside, Block: -1}
		case i < len(marked) && marked[i] == text:
			at = from[i]
			i++
		default:
			exact = false
			if i >= len(marked) || slices.Contains(texts[n:min(len(texts), n+near)], marked[i]) {
				break // the line is only here
			}
			if skip := slices.Index(marked[i:min(len(marked), i+near)], text); skip > 0 {
				at = from[i+skip]
				i += skip
			}
			i++
		}
		if text != "" {
			last = at
		}
		aligned = append(aligned, at)
	}
	return aligned, exact
}

// clause returns the number of lines of text, a Go file, above the package clause.
func clause(text []byte) int {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", text, parser.PackageClauseOnly)
	if err != nil {
		return 0 // the text was formatted, so there is a clause
	}
	return fset.PositionFor(file.Package, false).Line - 1
}

// squeezed returns line without spaces.
func squeezed(line []byte) string { return string(bytes.Join(bytes.Fields(line), nil)) }

// Reasons returns the words for made-up lines, in the order of the declarations of a machine.
func Reasons() []Reason {
	return []Reason{outside, constructs, keeps, returnsMany, begins, records, numbers, locates, moves, polls, catches, unwinds, stops, hands, resumes, hoists, suspends, labels, joins}
}

// Label returns the label of b in the machine.
func (m *Machine) Label(b *ir.Block) string { return m.labels[b] }
