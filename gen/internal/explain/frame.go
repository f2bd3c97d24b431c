package explain

// This file measures frames.

import (
	"fmt"
	"go/types"
	"strings"

	"github.com/coroutinegen/coroutinegen/gen/internal/emit"
	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
	"github.com/coroutinegen/coroutinegen/gen/internal/page"
)

// archs are the architectures for which the size of a frame is printed.
var archs = []string{"amd64", "arm64", "386", "arm", "wasm"}

// frame measures the frame of m, as it was compiled. If it has no size, it says why.
func (s *Source) frame(m *emit.Machine, out *Output) (_ *page.Frame, why string) {
	name := out.Compiled[m.Names.Frame]
	if name == nil {
		return nil, "the frame was not compiled"
	}
	if len(m.Fn.TypeParams) > 0 {
		var params []string
		for _, p := range m.Fn.TypeParams {
			params = append(params, p.Name)
		}
		return nil, "its size depends on " + strings.Join(params, " and ")
	}
	t, ok := name.Type().Underlying().(*types.Struct)
	if !ok {
		return nil, "the frame was not compiled"
	}
	f := &page.Frame{Name: name.Name(), Arch: out.Arch, Embedded: m.Fn.Held}
	sizes := types.SizesFor("gc", out.Arch)
	if sizes == nil {
		return nil, fmt.Sprintf("the sizes of types on %s are not known", out.Arch)
	}
	f.Size = sizes.Sizeof(t)
	f.Fields = s.fields(m, t, sizes)
	for _, arch := range archs {
		if arch != out.Arch {
			f.Others = append(f.Others, page.Sizing{Arch: arch, Size: types.SizesFor("gc", arch).Sizeof(t)})
		}
	}
	return f, ""
}

// fields returns the fields of the frame t of m.
func (s *Source) fields(m *emit.Machine, t *types.Struct, sizes types.Sizes) (list []page.Field) {
	var vars []*types.Var
	for v := range t.Fields() {
		vars = append(vars, v)
	}
	offsets := sizes.Offsetsof(vars)
	known := map[string]page.Field{}
	for _, f := range m.Fn.Fields {
		known[f.Name] = s.field(m, f)
	}
	states := m.States()
	for i, v := range vars {
		f, ok := known[v.Name()]
		if !ok {
			f = page.Field{Kind: "own", Why: ownField(v.Name())}
			for _, x := range states {
				f.Live = append(f.Live, x.Name)
			}
		}
		f.Name, f.Offset, f.Size = v.Name(), offsets[i], sizes.Sizeof(v.Type())
		f.Type = types.TypeString(v.Type(), func(p *types.Package) string {
			if p.Path() == s.Pkg.Path() {
				return ""
			}
			return p.Name()
		})
		end := sizes.Sizeof(t)
		if i+1 < len(vars) {
			end = offsets[i+1]
		}
		f.Pad = end - f.Offset - f.Size
		list = append(list, f)
	}
	return list
}

// ownField says what a field of the machine itself is for.
func ownField(name string) string {
	switch name {
	case "state":
		return "where the function goes on"
	case "deferred":
		return "which deferred calls are due"
	case "exit":
		return "a panic, or the results, while deferred calls await"
	case "source":
		return "the function itself, in a build from source; else nothing"
	case "more":
		return "what a yield returns"
	case "result":
		return "what the function has returned, for the generator around it"
	case "leaf":
		return "the innermost call, where Next goes on"
	case "up":
		return "the call around this one"
	case "running":
		return "Next must not be called meanwhile"
	}
	return "the machine needs it"
}

// field returns what f holds, why, and in which states.
func (s *Source) field(m *emit.Machine, f *ir.Field) page.Field {
	x := page.Field{Kind: "variable"}
	live := map[string]bool{}
	add := func(holds, why string) {
		if x.Why == "" {
			x.Why = why
		}
		for _, h := range x.Holds {
			if h == holds {
				return
			}
		}
		x.Holds = append(x.Holds, holds)
	}
	for _, v := range m.Fn.Vars {
		if m.Fn.Field(v) != f {
			continue
		}
		add(v.String(), m.Fn.Place(v).Why)
		for _, state := range m.States() {
			if state.Block != nil && (m.Fn.Live(v, state.Block) || state.Name == m.Names.Start && v.Given()) {
				live[state.Name] = true
			}
		}
	}
	for _, a := range m.Fn.Awaits {
		if m.Fn.Ops[a] != f {
			continue
		}
		why := "what is awaited"
		x.Kind = "operation"
		switch {
		case a.Callee != nil && m.Fn.Gen != nil:
			x.Kind, why = "child", "the generator "+a.Callee.Name+", whose values are handed on"
		case a.Operand == ir.From:
			why = "the generator whose values are handed on"
		case a.Callee != nil:
			x.Kind, why = "child", "the frame of "+a.Callee.Name+", which is awaited"
		}
		add(a.Text, why)
		for _, state := range m.States() {
			if state.Block != nil && state.Block.Await != nil && state.Name != m.Names.Start && (state.Block.Await == a || a.Early) {
				live[state.Name] = true
			}
		}
	}
	for _, state := range m.States() {
		if live[state.Name] {
			x.Live = append(x.Live, state.Name)
		}
	}
	return x
}
