package gen

// This file prints functions after the stages that Options.DumpStages names.

import (
	"fmt"
	"slices"
	"strings"

	"github.com/coroutinegen/coroutinegen/gen/internal/emit"
	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
)

// dumpStage prints fn after a stage if the options ask for that.
func (g *generator) dumpStage(stage string, fn *ir.Func, format func() string) {
	if !slices.Contains(g.opts.DumpStages, stage) {
		return
	}
	root := fn.Root()
	name := root.Name
	if root.Recv != nil {
		name = emit.RecvName(root.Recv.Type) + "." + name
	}
	if name == g.opts.DumpFunc || root.Name == g.opts.DumpFunc {
		name += strings.TrimPrefix(fn.Name, root.Name) // .func1
		fmt.Fprintf(&g.dump, "# %s after %s\n%s\n", name, stage, format())
	}
}
