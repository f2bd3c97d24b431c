package asyncify

// This file writes the asyncified source.

import (
	"fmt"
	"go/ast"
	"go/token"
	"maps"
	"slices"
	"strings"
)

// Source returns the asyncified program.
func (p *Program) Source() []byte { return p.source(false) }

// Reference returns the asyncified program together with the coroutines that
// coroutinegen's reference backend would write for it: each runs its function
// on a goroutine in lock-step with the loop.
func (p *Program) Reference() []byte { return p.source(true) }

func (p *Program) source(reference bool) []byte {
	p.out, p.segments, p.awaits = nil, nil, 0
	p.round++
	p.used = map[string]bool{}
	main := p.main()

	// What is inserted decides what is imported, so it comes first.
	edits := map[*function][]edit{}
	useRT, usePause := reference, false
	for _, f := range p.funcs {
		if f.left == "" {
			edits[f] = p.body(f)
			for _, e := range edits[f] {
				useRT = useRT || e.text == p.names.yield()
				usePause = usePause || e.text == p.names.here() || e.text == p.names.twice()
			}
		}
	}
	runner := ""
	if main.left == "" {
		runner = p.runner(main)
		useRT = useRT || strings.Contains(runner, p.names.rt+".")
	}
	usePause = usePause || len(p.used) > 0

	imports := ""
	for _, spec := range []struct {
		use        bool
		name, path string
	}{
		{len(edits) > 0, p.names.co, annotationsPath},
		{useRT, p.names.rt, rtPath},
		{usePause, p.names.pause, pausePath},
	} {
		if spec.use {
			imports += fmt.Sprintf("; import %s %q", spec.name, spec.path)
		}
	}
	at := p.offset(p.file.Name.End())
	p.write(nil, 0, len(p.src), append(p.renames(nil), edit{from: at, to: at, text: imports}))

	for _, f := range p.funcs {
		if f.left != "" {
			continue
		}
		p.insert(nil, siteKey{}, "\n\n//coroutine:async\n")
		at := p.offset(f.decl.Name.Pos())
		all := append(edits[f], edit{from: at, to: at + len(f.decl.Name.Name), text: f.name, rank: opening})
		p.write(f, p.offset(f.decl.Pos()), p.offset(f.decl.End()), p.renames(all))
		if reference {
			p.insert(nil, siteKey{}, p.lockstep(f))
		}
	}
	for _, typ := range slices.Sorted(maps.Keys(p.used)) {
		p.awaits++
		p.insert(nil, siteKey{}, p.identity(typ, reference))
	}
	p.insert(nil, siteKey{}, runner)
	return p.out
}

// runner returns the new func main.
func (p *Program) runner(main *function) string {
	scope := main.obj.Pkg().Scope()
	if scope.Lookup("panic") != nil || scope.Lookup("nil") != nil { // they mean something else
		return fmt.Sprintf("\n\nfunc main() { %s.Run(%sAsync()) }\n", p.names.rt, main.name)
	}
	return fmt.Sprintf("\n\nfunc main() {\n\tif _, err := %s.Run(%sAsync()); err != nil {\n\t\tpanic(err)\n\t}\n}\n", p.names.rt, main.name)
}

// renames appends to edits those that make way for the new func main, where
// edits do not replace the name anyway.
func (p *Program) renames(edits []edit) []edit {
	main := p.main()
	if main.left != "" {
		return edits
	}
	replaced := map[int]bool{}
	for _, e := range edits {
		if e.from < e.to {
			replaced[e.from] = true
		}
	}
	rename := func(id *ast.Ident) {
		if at := p.offset(id.Pos()); !replaced[at] {
			edits = append(edits, edit{from: at, to: at + len(id.Name), text: main.name + "Plain", rank: opening})
		}
	}
	rename(main.decl.Name)
	for id, obj := range p.info.Uses {
		if obj == main.obj {
			rename(id)
		}
	}
	return edits
}

// offset returns the source offset of pos.
func (p *Program) offset(pos token.Pos) int { return int(pos) - p.base }

func (n names) yield() string { return n.co + ".Must(" + n.rt + ".Yield())" }
func (n names) twice() string { return n.co + ".Must(" + n.pause + ".Twice())" }
func (n names) here() string  { return n.co + ".Must(" + n.pause + ".Here())" }
