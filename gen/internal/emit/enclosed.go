package emit

// This file writes machines that stand inside their constructors, because types that the
// function declares cannot move out of a function. Functions take the place of the methods
// of the frame there.

import (
	"go/types"
	"maps"
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
	"github.com/coroutinegen/coroutinegen/gen/internal/naming"
)

// machineType returns the type of the machine of fn, which is enclosed.
func machineType(fn *ir.Func, names *Names) ir.Code {
	code := append(ir.Code{machineQual("Enclosed")}, ir.Text("["+names.Frame+", "))
	return append(append(code, resultType(fn, names)...), ir.Text("]"))
}

// typeArgs returns the type arguments of the declarations in the machine of fn.
func typeArgs(fn *ir.Func) string {
	if fn.IsEnclosed() {
		return ""
	}
	return fn.TypeArgs()
}

// typeParamList returns the type parameters of the declarations in the machine of fn.
func typeParamList(fn *ir.Func) ir.Code {
	if fn.IsEnclosed() {
		return nil
	}
	return fn.TypeParamList()
}

// methodName returns the name of a method of the frame, or of the function in its place.
func (m *Machine) methodName(name string) string {
	if m.Fn.IsEnclosed() {
		return m.Names.Methods[name]
	}
	return name
}

// method writes the beginning of the method name of the frame, up to its first parameter.
//
//	func (f *handleFrame) Poll(
//	handlePoll := func(m *machine.Enclosed[handleFrame, int],
func (p *printer) method(name, param string) {
	if !p.Fn.IsEnclosed() {
		p.text("func (" + p.recv + " *" + p.frameName() + ") " + name + "(" + param)
		return
	}
	p.text(p.Names.Methods[name] + " := func(" + p.self + " *")
	p.plain(machineType(p.Fn.Func, p.Names))
	p.text(", " + param)
}

// bindFrame writes the declaration of the frame with which the methods of an enclosed machine
// begin.
func (p *printer) bindFrame() {
	if p.Fn.IsEnclosed() {
		p.line(p.recv, " := &", p.self, ".Frame")
	}
}

// pollee returns the operand whose Poll the machine calls to poll itself.
func (m *Machine) pollee() string {
	if m.Fn.IsEnclosed() {
		return m.self
	}
	return m.recv
}

// call returns the beginning of a call of the method name of the frame.
func (m *Machine) call(name string) string {
	if m.Fn.IsEnclosed() {
		return m.Names.Methods[name] + "(" + m.self + ", "
	}
	return m.recv + "." + name + "("
}

// enclosed writes the constructor, which contains the whole machine and the machines of the
// literals in the function.
//
//	func handleAsync(id int) rt.Coroutine[int] {
//		type result struct{ n int }
//		type handleFrame struct { ... }
//		handlePoll := func(m *machine.Enclosed[handleFrame, int], t *rt.Task) (int, error, bool) { ... }
//		return rt.NewCoroutine(&machine.Enclosed[handleFrame, int]{Frame: handleFrame{id: id}, Run: handlePoll})
//	}
func (m *Machine) enclosed(f *jen.File, scope naming.Set) {
	machines := m.reachable() // a machine comes after those that it mentions
	slices.Reverse(machines)
	taken := maps.Clone(ir.Words)
	maps.Copy(taken, lockstepNames(m.Fn.Outside()))
	for _, x := range machines {
		x.prepare(scope)
		maps.Copy(taken, x.fixed)
	}
	w := &writer{}
	w.text(doc(m.Fn.Func, ".\n//\n// It contains the whole machine because of the types that "+m.Fn.Name+" declares."))
	names := signature(w, m.Fn.Outside(), taken)
	if m.Beside {
		sourceBranch(w, m.Fn.Outside(), names, taken)
	}
	inner := &writer{}
	for _, x := range machines {
		inner.add(x, part{records, x.entryType()}, part{returnsMany, x.resultsType()}, part{keeps, x.frameType()})
	}
	for _, x := range machines {
		inner.add(x, part{catches, x.catchMethod()}, part{unwinds, x.leaveMethod()}, part{unwinds, x.unwindMethod()},
			part{polls, x.pollMethod()}, part{locates, x.whereMethod(scope)})
	}
	braces := w.constructorTypes(m.Fn.Body)
	w.append(inner)
	if m.Explained {
		w.line(m.mark(constructs))
	}
	w.text("return ")
	w.qual(rtQual("NewCoroutine"))
	w.text("(&")
	m.own().literal(w, inputs(w, m.Fn, names))
	w.text(")\n" + strings.Repeat("}\n", braces))
	signed(w, m.Fn.Func)
	m.begin(f)
	f.Add(w.statement())
	if m.Fn.Frame != "" {
		w := &writer{}
		referenceFrame(w, m.Fn.Outside())
		m.begin(f)
		f.Add(w.statement())
	}
	for _, x := range slices.Backward(machines) {
		for _, decl := range []part{{numbers, x.stateType()}, {locates, x.lineTable()}, {records, x.deferConstants()}} {
			if decl.code != nil {
				m.begin(f)
				if m.Explained {
					f.Add(jen.Op(m.mark(decl.why) + "\n"))
					f.Line()
				}
				f.Add(decl.code)
			}
		}
	}
}

// reachable returns m and the machines of the literals in it that control can reach. Go refuses
// a function that declares another one and does not use it.
func (m *Machine) reachable() []*Machine {
	machines := []*Machine{m}
	reached := m.Fn.Reaches()
	for _, c := range m.Fn.Closures {
		if reached[c.Func] {
			machines = append(machines, m.Of(c.Func).reachable()...)
		}
	}
	return machines
}

// add appends declarations of m, each with an empty line after it.
func (w *writer) add(m *Machine, decls ...part) {
	for _, d := range decls {
		if d.code != nil {
			if m.Explained {
				w.line(m.mark(d.why), "\n") // apart from the comment, of which it would be a part
			}
			w.flush()
			w.code = append(w.code, d.code)
			w.text("\n\n")
		}
	}
}

// constructorTypes writes the types and constants of fn into its constructor, and returns the
// number of braces that it has opened. If a name is declared twice, the first declaration
// gets an alias, and the second stands in an inner scope.
//
//	type item struct{ n int }
//	type item2 = item
//	{
//		type item struct{ s string }
func (w *writer) constructorTypes(fn *ir.Body) (braces int) {
	decls := &writer{} // declarations, which may use hidden objects
	declared := map[string]bool{}
	for _, l := range fn.InConstructor() {
		if slices.ContainsFunc(l.Names, func(name string) bool { return declared[name] }) {
			decls.line("{")
			braces++
			clear(declared)
		}
		for _, name := range l.Names {
			declared[name] = true
		}
		decls.plain(l.Unaliased())
		decls.text("\n")
		for _, name := range l.Names {
			if l.Aliases[name] != "" {
				decls.text(l.Tok.String() + " " + l.Aliases[name])
				params, args := typeParamsOf(fn.Func, l.Generics[name])
				decls.plain(params)
				decls.line(" = ", name, args)
			}
		}
	}
	for _, obj := range slices.SortedFunc(maps.Keys(fn.Hidden), func(a, b types.Object) int { return strings.Compare(a.Name(), b.Name()) }) {
		if h := fn.Hidden[obj]; h.Used {
			w.line(h.Declared(), " // that of the package")
		}
	}
	w.append(decls)
	w.text("\n")
	return braces
}

// typeParamsOf returns list, the type parameters of a type that fn declares, as a declaration
// and as arguments. args is "" if list is empty.
func typeParamsOf(fn *ir.Func, list *types.TypeParamList) (params ir.Code, args string) {
	if list.Len() == 0 {
		return nil, ""
	}
	var own, names []string
	for p := range list.TypeParams() {
		own = append(own, p.Obj().Name())
	}
	sep := "["
	for i := range list.Len() {
		p := list.At(i)
		name := p.Obj().Name()
		if name == "_" {
			name = naming.Numbered(func(name string) bool { return slices.Contains(own, name) }, name, i)
		}
		names = append(names, name)
		params = append(append(params, ir.Text(sep+name+" ")), fn.TypeCode(p.Constraint())...)
		sep = ", "
	}
	return append(params, ir.Text("]")), "[" + strings.Join(names, ", ") + "]"
}
