package emit

import (
	"go/types"
	"slices"
	"strings"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
	"github.com/coroutinegen/coroutinegen/gen/internal/naming"
	"github.com/dave/jennifer/jen"
)

// This file writes the beginning of a coroutine: the frame that a constructor makes, and the
// code that sets a frame held by another frame to its beginning.

// An instance is the coroutine fn as code in one machine: its own machine, or the machine of
// in, where call awaits fn.
type instance struct {
	fn    *ir.Layout
	names *Names
	in    *ir.Func
	call  *ir.Await // nil in the machine of fn
}

// frame returns the type of the frame.
func (x instance) frame() ir.Code {
	if x.fn.IsEnclosed() {
		return machineType(x.fn.Func, x.names)
	}
	if x.call == nil {
		return ir.Lit(x.names.Frame + x.fn.TypeArgs())
	}
	return append(ir.Lit(x.names.Frame), x.in.TypeArgCode(x.call.TypeArgs)...)
}

// typ returns t, a type in the signature of the coroutine, as code.
func (x instance) typ(t types.Type) ir.Code {
	if x.call == nil {
		return x.fn.TypeCode(t)
	}
	return x.in.CalleeCode(x.call, t)
}

// zero returns the zero value of t.
func (x instance) zero(t types.Type) ir.Code {
	if x.call != nil {
		if arg := x.call.TypeArg(t); arg != t {
			return zeroValue(arg, x.in.TypeCode)
		}
	}
	return zeroValue(t, x.typ)
}

// literal writes the frame at its beginning as a composite literal.
func (x instance) literal(w *writer, params []func()) {
	w.plain(x.frame())
	w.text("{")
	if x.fn.IsEnclosed() {
		w.text("Frame: " + x.names.Frame + "{")
	}
	for i, v := range x.fn.Inputs() {
		if i > 0 {
			w.text(", ")
		}
		w.text(x.fn.Field(v).Name + ": ")
		params[i]()
	}
	if x.fn.Gen != nil && !x.fn.Sends() && !x.fn.IsDeep() {
		if len(x.fn.Inputs()) > 0 {
			w.text(", ")
		}
		if x.fn.Gen.Lit != nil && slices.ContainsFunc(x.fn.Idents["true"], func(obj types.Object) bool { return obj != types.Universe.Lookup("true") }) {
			w.text("more: 0 == 0") // the name may mean something else there
		} else {
			w.text("more: true")
		}
	}
	w.text("}")
	if x.fn.IsEnclosed() {
		w.text(", Run: " + x.names.Methods["Poll"])
		if len(x.fn.Awaits) > 0 {
			w.text(", At: " + x.names.Methods["Where"])
		}
		w.text("}")
	}
}

// begin writes the code that sets a frame to its beginning. whole is the frame, and target
// the prefix of its fields. params write the receiver and the parameters. A frame that holds
// others is not zeroed as a whole, because the cost would be quadratic in their depth. Only
// the fields that fn may read before it writes them are set, by a method if there are several.
//
//	f.fetch = fetchFrame{client: c, url: url, limit: 10}
//	f.fetch.begin(c, url)
//	f.fetch.url, f.fetch.state = url, fetchStart
func (x instance) begin(w *writer, whole, target string, params []func()) {
	switch {
	case x.beginsWhole():
		w.text(whole + " = ")
		x.literal(w, params)
	case x.hasBegin():
		w.text(target + ".begin(")
		for i, param := range params {
			if i > 0 {
				w.text(", ")
			}
			param()
		}
		w.text(")")
	default:
		x.set(w, target, params)
	}
	w.text("\n")
}

// beginsWhole reports whether one composite literal sets the frame to its beginning. A generator
// keeps the generators that it delegates to for the next time.
func (x instance) beginsWhole() bool {
	return x.fn.Gen == nil && len(x.fn.Inputs())+len(x.fn.Zeroed) > 2 && !holdsFrames(x.fn) || x.fn.IsEnclosed()
}

// hasBegin reports whether the frame has a method that sets it to its beginning.
func (x instance) hasBegin() bool {
	fields, _ := x.beginning()
	return x.fn.Held && !x.beginsWhole() && len(x.fn.Inputs())+len(fields) > 2
}

// beginning returns the fields that begin sets besides the inputs, and their values.
func (x instance) beginning() (fields []string, values []ir.Code) {
	for _, v := range x.fn.Zeroed {
		fields = append(fields, x.fn.Field(v).Name)
		values = append(values, x.zero(v.Type))
	}
	switch {
	case x.fn.DeferList:
		fields, values = append(fields, "deferred"), append(values, ir.Lit("nil"))
	case len(x.fn.Recorded()) > 0:
		fields, values = append(fields, "deferred"), append(values, ir.Lit("0"))
	}
	if x.fn.Handed && !x.fn.Sends() && len(x.fn.Results) > 0 && len(x.fn.Defers) > 0 { // a deferred call may recover
		fields, values = append(fields, "result"), append(values, ir.Lit("false"))
	}
	return append(fields, "state"), append(values, ir.Lit(x.names.Start))
}

// set writes the assignment of the fields that fn may read before it writes them.
func (x instance) set(w *writer, target string, params []func()) {
	var fields []string
	for _, v := range x.fn.Inputs() {
		fields = append(fields, x.fn.Field(v).Name)
	}
	others, values := x.beginning()
	fields = append(fields, others...)
	w.text(target + "." + strings.Join(fields, ", "+target+"."))
	w.text(" = ")
	for i := range fields {
		if i > 0 {
			w.text(", ")
		}
		if i < len(params) {
			params[i]()
		} else {
			w.plain(values[i-len(params)])
		}
	}
}

// holdsFrames reports whether the frame of fn embeds others.
func holdsFrames(fn *ir.Layout) bool {
	for _, f := range fn.Fields {
		if f.Child != nil && !f.Pointer {
			return true
		}
	}
	return false
}

// own returns the instance of the coroutine in its own machine.
func (m *Machine) own() instance { return instance{fn: m.Fn, names: m.Names, in: m.Fn.Func} }

// constructor writes nameAsync. A literal has no constructor, because the function around it
// makes its frame.
func (m *Machine) constructor() *jen.Statement {
	if m.Fn.Outer != nil {
		return nil
	}
	w := &writer{}
	w.text(doc(m.Fn.Func, "."))
	taken := lockstepNames(m.Fn.Func)
	taken[m.Names.Frame] = true
	names := signature(w, m.Fn.Func, taken)
	switch {
	case m.Beside:
		sourceBranch(w, m.Fn.Func, names, taken)
	case m.Fn.AtInit:
		for fn := range m.Fn.All {
			if !fn.Embedded { // the Poll of another machine mentions an embedded one
				w.line("_ = (*", m.Of(fn.Func).Names.Frame, fn.TypeArgs(), ").Poll // so that Go first initialises the variables that Poll uses")
			}
		}
	}
	w.text("return ")
	w.qual(rtQual("NewCoroutine"))
	w.text("(&")
	m.own().literal(w, inputs(w, m.Fn, names))
	w.text(")\n")
	signed(w, m.Fn.Func)
	return w.statement()
}

// inputs returns, for each input of fn, a function that writes its value in a method whose
// parameters are the inputs.
func inputs(w *writer, fn *ir.Layout, names []string) (values []func()) {
	for i, v := range fn.Inputs() {
		name := names[i]
		if fn.Home(v) == ir.Boxed {
			name = "&" + name
		}
		values = append(values, func() { w.text(name) })
	}
	return values
}

// initMethod writes the method by which a coroutine of another package sets the frame that it
// holds to its beginning. The receiver has the same name as in the other methods.
func (m *Machine) initMethod() *jen.Statement {
	if m.Fn.Frame == "" {
		return nil
	}
	w := &writer{}
	taken := m.beginningNames()
	f := taken.Pick(m.recv, "frame")
	w.line("// Init sets ", f, " to the beginning of ", m.Fn.Name, ", for a coroutine of another package that holds it.")
	w.text("func (" + f + " *" + m.frameName() + ") Init(")
	params := parameters(w, m.Fn.Func, m.Fn.Inputs(), taken)
	w.text(") {\n")
	m.own().begin(w, "*"+f, f, inputs(w, m.Fn, params))
	w.text("}")
	return w.statement()
}

// beginMethod writes the method that sets the frame to its beginning. Frames that hold the
// frame call it.
//
//	func (f *fetchFrame) begin(c *client, url string) {
//		f.c, f.url, f.state = c, url, fetchStart
//	}
func (m *Machine) beginMethod() *jen.Statement {
	x := m.own()
	if !x.hasBegin() {
		return nil
	}
	taken := m.beginningNames()
	f := taken.Pick(m.recv, "frame")
	w := &writer{}
	w.line("// begin sets ", f, " to the beginning of ", m.Fn.Name, ".")
	w.text("func (" + f + " *" + m.frameName() + ") begin(")
	var params []func()
	var list []typed
	for i, v := range m.Fn.Inputs() {
		name := taken.Pick(m.Fn.Field(v).Name)
		params = append(params, func() { w.text(name) })
		param := typed{name: name, typ: m.fieldType(m.Fn.Field(v))}
		param.sameType = i > 0 && param.typ.String() == list[i-1].typ.String()
		list = append(list, param)
	}
	w.typed(list, "", ", ")
	w.text(") {\n")
	x.set(w, f, params)
	w.text("\n}")
	return w.statement()
}

// beginningNames returns the names that a method mentions which sets the frame to its
// beginning. The parameters of the method must have other names.
func (m *Machine) beginningNames() naming.Set {
	names := naming.Set{"rt": true, m.Names.Frame: true, m.Names.Start: true}
	for _, t := range m.Fn.TypeParams {
		names[t.Name] = true
	}
	_, values := m.own().beginning()
	for _, v := range values {
		v.Idents(func(name string) { names[name] = true })
	}
	return names
}
