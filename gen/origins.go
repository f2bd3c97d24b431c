package gen

// This file asks where the lines of the generated files come from.

import (
	"slices"

	"github.com/coroutinegen/coroutinegen/gen/internal/emit"
	"github.com/coroutinegen/coroutinegen/gen/internal/load"
)

// An origins is the generated file of a source, and where each of its lines comes from.
type origins struct {
	text  []byte
	lines []emit.Origin
	exact bool // see emit.File.Origins
}

// origins runs the stages once more, with marks in the text, and returns the origins of the
// files with machines. files are those files. The layouts and the machines of g are those of this
// run then.
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
		i := slices.IndexFunc(files, func(plain File) bool { return plain.Path == g.target(src) })
		if i < 0 {
			continue
		}
		lines, exact, err := f.Origins(g.commentMark, files[i].Content)
		if err != nil {
			return nil, internalError(err)
		}
		found[src] = origins{files[i].Content, lines, exact}
	}
	return found, nil
}
