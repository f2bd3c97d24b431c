package asyncify

// This file writes the asyncified source.

import (
	"fmt"
	"go/ast"
	"go/token"
	"maps"
	"slices"
	"strings"

	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
)

// Source returns the files of the asyncified program in the order in which they were
// given.
func (p *Program) Source() []File { return p.source(false) }

// Reference returns the asyncified program together with the coroutines that
// coroutinegen's reference backend would write for it: each runs its function
// on a goroutine in lock-step with the loop.
func (p *Program) Reference() []File { return p.source(true) }

func (p *Program) source(reference bool) (files []File) {
	p.awaits = 0
	p.round++
	p.used = map[string]bool{}
	edits := map[*function][]edit{}
	for _, f := range p.funcs {
		if f.left == "" {
			edits[f] = p.body(f)
		}
	}
	for i, s := range p.files {
		p.writeFile(s, edits, i == 0, reference)
		files = append(files, File{s.Name, s.out})
	}
	return files
}

// writeFile writes s. Declarations that belong to no file are written if s is the first
// file.
func (p *Program) writeFile(s *source, edits map[*function][]edit, first, reference bool) {
	s.out, s.segments = nil, nil
	main := p.main()

	// The insertions decide which imports are needed, so they come first.
	useCo, useRT, useMachine, usePause := false, false, false, false
	var plain []edit
	for _, f := range p.funcs {
		if f.file != s || f.left != "" {
			continue
		}
		useCo = true
		useRT = useRT || reference
		useMachine = reference
		for _, e := range edits[f] {
			useRT = useRT || e.text == p.names.yield()
			usePause = usePause || strings.Contains(e.text, p.names.pause+".")
		}
		if main == nil {
			usePause = true
			plain = append(plain, edit{from: f.decl.Pos(), to: f.decl.End(), text: p.driver(f)})
		}
	}
	runner := ""
	if first && main != nil && main.left == "" {
		runner = p.runner(main)
		useRT = useRT || strings.Contains(runner, p.names.rt+".")
	}
	if first && len(p.used) > 0 {
		useCo, usePause = true, true
		useRT, useMachine = useRT || reference, reference
	}

	imports := ""
	for _, spec := range []struct {
		use        bool
		name, path string
	}{
		{useCo, p.names.co, marker.Annotations},
		{useRT, p.names.rt, marker.RT},
		{useMachine, p.names.machine, marker.Machine},
		{usePause, p.names.pause, pausePath},
	} {
		if spec.use {
			imports += fmt.Sprintf("; import %s %q", spec.name, spec.path)
		}
	}
	at := s.syntax.Name.End()
	plain = append(plain, edit{from: at, to: at, text: imports})
	s.write(nil, s.syntax.FileStart, s.syntax.FileEnd, p.renames(plain))

	for _, f := range p.funcs {
		if f.file != s || f.left != "" {
			continue
		}
		s.insert(nil, siteKey{}, "\n\n//coroutine:async\n")
		name := f.decl.Name
		all := append(edits[f], edit{from: name.Pos(), to: name.End(), text: f.name, rank: opening})
		s.write(f, f.decl.Pos(), f.decl.End(), p.renames(all))
		if reference {
			s.insert(nil, siteKey{}, p.lockstep(f))
		}
	}
	if first {
		for _, typ := range slices.Sorted(maps.Keys(p.used)) {
			p.awaits++
			s.insert(nil, siteKey{}, p.identity(typ, reference))
		}
	}
	s.insert(nil, siteKey{}, runner)
}

// runner returns the new func main.
func (p *Program) runner(main *function) string {
	scope := p.pkg.Scope()
	if scope.Lookup("panic") != nil || scope.Lookup("nil") != nil { // the program redeclares them
		return fmt.Sprintf("\n\nfunc main() { %s.Run(%sAsync()) }\n", p.names.rt, main.name)
	}
	return fmt.Sprintf("\n\nfunc main() {\n\tif _, err := %s.Run(%sAsync()); err != nil {\n\t\tpanic(err)\n\t}\n}\n", p.names.rt, main.name)
}

// renames appends to edits the renamings of the old func main, which make way for the new
// one, except where edits already replace the name.
func (p *Program) renames(edits []edit) []edit {
	main := p.main()
	if main == nil || main.left != "" {
		return edits
	}
	replaced := map[token.Pos]bool{}
	for _, e := range edits {
		if e.from < e.to {
			replaced[e.from] = true
		}
	}
	rename := func(id *ast.Ident) {
		if !replaced[id.Pos()] {
			edits = append(edits, edit{from: id.Pos(), to: id.End(), text: main.name + "Plain", rank: opening})
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

func (n names) yield() string { return n.co + ".Must(" + n.rt + ".Yield())" }
func (n names) twice() string { return n.co + ".Must(" + n.pause + ".Twice())" }
func (n names) here() string  { return n.co + ".Must(" + n.pause + ".Here())" }
