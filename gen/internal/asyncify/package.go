package asyncify

// This file deals with packages that are not programs. Their functions run their async
// copies, and reads and writes are awaits.

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"
)

// driver returns f with another body, which runs the copy of f until the copy is done.
func (p *Program) driver(f *function) string {
	w := p.forward(f, f.decl.Name.Name, f.name+"Async")
	body := p.names.pause + ".Run(" + w.call + ")"
	const value, err = "v", "err"
	var names, results []string
	switch f.form.results {
	case 0:
		names = append(names, "_")
	case 1:
		names, results = append(names, value), append(results, value)
	default:
		names = append(names, value)
		for i := range f.form.results {
			results = append(results, fmt.Sprintf("%s.V%d", value, i+1))
		}
	}
	if f.form.err {
		names, results = append(names, err), append(results, err)
	} else {
		names = append(names, "_")
	}
	if len(results) > 0 {
		body = strings.Join(names, ", ") + " := " + body + "\n\treturn " + strings.Join(results, ", ")
	}
	return fmt.Sprintf("%s (%s) {\n\t%s\n}", w.head, strings.Join(w.types, ", "), body)
}

// ioCalls are the methods of readers and writers for which package pause has an
// operation, with their signatures and the functions that await them.
var ioCalls = map[string]struct{ signature, await string }{
	"Read":        {"func([]byte) (int, error)", "Await"},
	"Write":       {"func([]byte) (int, error)", "Await"},
	"ReadByte":    {"func() (byte, error)", "Await"},
	"WriteByte":   {"func(byte) error", "Wait"},
	"ReadRune":    {"func() (rune, int, error)", "Await2"},
	"WriteString": {"func(string) (int, error)", "Await"},
}

// ioCall returns the selector of call and the function that awaits it, if call is one of
// ioCalls and its receiver can be passed to an operation.
func (p *Program) ioCall(call *ast.CallExpr) (sel *ast.SelectorExpr, await string) {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok || sel != call.Fun || p.info.Selections[sel] == nil || p.info.Selections[sel].Kind() != types.MethodVal {
		return nil, ""
	}
	io, ok := ioCalls[sel.Sel.Name]
	if !ok {
		return nil, ""
	}
	switch t := p.info.TypeOf(sel.X); t.Underlying().(type) {
	case *types.Interface:
		if _, ok := types.Unalias(t).(*types.TypeParam); ok {
			return nil, ""
		}
	case *types.Pointer:
	default:
		return nil, "" // the operation would need the address of the receiver
	}
	sig := p.info.TypeOf(call.Fun).(*types.Signature)
	if bare(sig) != io.signature || len(call.Args) != sig.Params().Len() {
		return nil, ""
	}
	return sel, io.await
}

// bare returns sig without the names of parameters.
func bare(sig *types.Signature) string {
	list := func(t *types.Tuple) string {
		var all []string
		for v := range t.Variables() {
			all = append(all, types.TypeString(v.Type(), nil))
		}
		return strings.Join(all, ", ")
	}
	results := list(sig.Results())
	if sig.Results().Len() > 1 {
		results = "(" + results + ")"
	}
	return strings.TrimSpace("func(" + list(sig.Params()) + ") " + results)
}

// awaitIO turns call into an await if call reads or writes.
func (w *walker) awaitIO(call *ast.CallExpr) {
	if !w.opts.IO {
		return
	}
	sel, await := w.ioCall(call)
	site := siteKey{w.fn, "io", call.Pos(), call.End()}
	if sel == nil || w.off[site] != "" {
		return
	}
	w.awaits++
	w.edit(site, call.Pos(), opening, w.names.co+"."+await+"("+w.names.pause+"."+sel.Sel.Name+"(")
	comma := ""
	if len(call.Args) > 0 {
		comma = ", "
	}
	w.edits = append(w.edits, edit{from: sel.X.End(), to: call.Lparen + 1, rank: closing, seq: -1, text: comma, site: site})
	w.edit(site, call.End(), closing, ")")
}

// keepRecovers leaves functions that call recover plain. A deferred function would run its
// copy, and recover has no effect in a function that the deferred function calls.
func (p *Program) keepRecovers() {
	for _, f := range p.funcs {
		if f.left != "" {
			continue
		}
		ast.Inspect(f.decl.Body, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncLit:
				return false
			case *ast.Ident:
				if p.info.Uses[n] == types.Universe.Lookup("recover") {
					f.left = "calls recover"
				}
			}
			return true
		})
	}
}

// keepIO leaves functions plain that lead to no read and no write.
func (p *Program) keepIO() {
	leads := map[*function]bool{}
	callers := map[*function][]*function{}
	var work []*function
	for _, f := range p.funcs {
		if f.left != "" {
			continue
		}
		ast.Inspect(f.decl.Body, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncLit:
				return false
			case *ast.CallExpr:
				_, callee := p.callee(n)
				switch sel, _ := p.ioCall(n); {
				case callee != nil && callee.left == "":
					callers[callee] = append(callers[callee], f)
				case sel != nil && !leads[f]:
					leads[f] = true
					work = append(work, f)
				}
			}
			return true
		})
	}
	for len(work) > 0 {
		f := work[len(work)-1]
		work = work[:len(work)-1]
		for _, c := range callers[f] {
			if !leads[c] {
				leads[c] = true
				work = append(work, c)
			}
		}
	}
	for _, f := range p.funcs {
		if f.left == "" && !leads[f] {
			f.left, f.dead = "no read or write", true
		}
	}
}
