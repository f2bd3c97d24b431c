package gen

// This file asks where the lines of the generated files come from.

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/coroutinegen/coroutinegen/gen/internal/emit"
	"github.com/coroutinegen/coroutinegen/gen/internal/load"
)

// An origins is the generated file of a source, and where each of its lines comes from.
type origins struct {
	text  []byte
	lines []emit.Origin
}

// origins runs the stages once more, with marks in the text, and returns the origins of the
// files with machines. files are those files. It is an error if they differ. The layouts and the
// machines of g are those of this run then.
func (g *generator) origins(files []File) (map[*load.File]origins, error) {
	g.explained = true
	if diags := g.stages(); len(diags) > 0 {
		return nil, diags.Err()
	}
	var texts [][]byte
	for _, src := range g.pkg.Files {
		texts = append(texts, src.Src)
	}
	g.commentMark = emit.CommentMark(texts...)
	found := map[*load.File]origins{}
	called := g.called()
	for src := range g.sources {
		if !g.hasAsync(src) {
			continue
		}
		f := g.newFile(src)
		g.declare(f, src, called)
		text, lines, err := f.Origins(g.commentMark)
		if err != nil {
			return nil, internalError(err)
		}
		for _, plain := range files {
			if plain.Path == g.target(src) && !bytes.Equal(plain.Content, text) {
				return nil, internalError(fmt.Errorf("with marks, the machine differs: %s", firstDifferent(plain.Content, text)))
			}
		}
		found[src] = origins{text, lines}
	}
	return found, nil
}

// firstDifferent returns the first line that differs in two texts.
func firstDifferent(a, b []byte) string {
	x, y := strings.Split(string(a), "\n"), strings.Split(string(b), "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return fmt.Sprintf("line %d is %q or %q", i+1, x[i], y[i])
		}
	}
	return "one of them has more lines"
}
