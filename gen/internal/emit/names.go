package emit

// This file chooses names: those of the declarations of a machine, and those of the locals and
// labels of its Poll.

import (
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
	"github.com/coroutinegen/coroutinegen/gen/internal/naming"
)

// Names are the names of the declarations in the machine of one function.
type Names struct {
	Frame, State string // handleFrame, handleState
	Start, Done  string // handleStart, handleDone
	Defer        string // handleDefer
	Unwind       string // handleUnwind
	Running      string // wordsRunning, for a generator that must know when it runs; else ""
	Lines        string // handleLines, "" without an await
	Results      string // handleResults, if there are more than three results
	prefix       string // handle

	// Methods are, for an enclosed machine, the functions that take the place of the
	// methods of the frame: handlePoll for Poll.
	Methods map[string]string

	root  *Names          // the names of the declared function
	body  *ir.Body        // the body of the function
	depth int             // the number of literals around the body
	said  map[string]bool // see says
}

// maxDepth is the largest number of nested literals whose names a name contains. Longer
// chains would make the names too long.
const maxDepth = 8

// all returns the names at package level.
func (n *Names) all() []string {
	list := []string{n.Frame, n.State, n.Start, n.Done, n.Defer, n.Unwind}
	if n.Running != "" {
		list = append(list, n.Running)
	}
	if n.Results != "" {
		list = append(list, n.Results)
	}
	for _, name := range n.Methods {
		list = append(list, name)
	}
	if n.Lines != "" {
		list = append(list, n.Lines)
	}
	return list
}

// NewNames chooses the package-level names of fn and takes them from s, the names of the
// package. outer are the names of the function around a literal, which must be chosen before,
// or nil.
func NewNames(s naming.Set, fn *ir.Layout, outer *Names) *Names {
	prefix := naming.LowerFirst(fn.Name)
	names := &Names{body: fn.Body}
	names.root = names
	switch {
	case outer != nil:
		names.root, names.depth = outer.root, outer.depth+1
		prefix = outer.prefix + naming.UpperFirst(fn.Lit)
	case fn.Recv != nil:
		prefix = naming.LowerFirst(RecvName(fn.Recv.Type)) + naming.UpperFirst(fn.Name)
	}
	said := func(name string) bool { // whether the functions around fn mention name
		for o := fn.Outer; o != nil; o = o.Outer {
			if o.Idents[name] != nil {
				return true
			}
		}
		return false
	}
	enclosed, many := fn.IsEnclosed(), fn.NumValues() > 3
	guarded := fn.Gen != nil && !fn.IsDeep() && (len(fn.Defers) > 0 || len(fn.Iters) > 0 || fn.Reenters)
	methods := func(prefix string) map[string]string {
		if !enclosed {
			return nil
		}
		return map[string]string{"Poll": prefix + "Poll", "Where": prefix + "Where", "unwind": prefix + "Deferred", "catch": prefix + "Catch", "leave": prefix + "Leave"}
	}
	methodTaken := func(prefix string) bool {
		for _, name := range methods(prefix) {
			if s[name] {
				return true
			}
			for f := range names.root.body.All { // the text of f must not mention the name
				if f.Idents[name] != nil {
					return true
				}
			}
		}
		return false
	}
	if names.depth > maxDepth {
		prefix = names.root.prefix + naming.UpperFirst(fn.Lit)
		said = names.root.says(fn.Outer)
	}
	taken := func(prefix string) bool {
		return s[prefix+"Frame"] || said(prefix+"Frame") ||
			s[prefix+"State"] || s[prefix+"Start"] || s[prefix+"Done"] || s[prefix+"Defer"] || s[prefix+"Unwind"] || guarded && s[prefix+"Running"] || s[prefix+"Lines"] || many && s[prefix+"Results"] || methodTaken(prefix)
	}
	prefix = naming.Free(taken, prefix)
	frame := fn.Frame
	if frame == "" || enclosed {
		frame = prefix + "Frame"
	}
	names.Frame, names.State, names.Start, names.Done, names.Defer, names.Unwind, names.prefix =
		frame, prefix+"State", prefix+"Start", prefix+"Done", prefix+"Defer", prefix+"Unwind", prefix
	names.Methods = methods(prefix)
	if guarded {
		names.Running = prefix + "Running"
	}
	if len(fn.Awaits) > 0 || fn.Gen != nil {
		names.Lines = prefix + "Lines"
	}
	if many {
		names.Results = prefix + "Results"
	}
	s.Add(names.all()...)
	return names
}

// says returns a function that reports whether a name is mentioned in outer, in a function
// around outer, or in a literal for which says was called before.
func (n *Names) says(outer *ir.Func) func(name string) bool {
	if n.said == nil {
		n.said = map[string]bool{}
		for o := outer.Outer; o != nil; o = o.Outer {
			for name := range o.Idents {
				n.said[name] = true
			}
		}
	}
	for name := range outer.Idents {
		n.said[name] = true
	}
	return func(name string) bool { return n.said[name] }
}

// RecvName returns the name of the type of a receiver of type t, without its pointer.
func RecvName(t types.Type) string {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	switch t := t.(type) {
	case *types.Named:
		return t.Obj().Name()
	case *types.Alias:
		return t.Obj().Name()
	}
	return "value"
}

// pick chooses and takes the name of a local of a method. It also avoids the types of the
// package.
func (m *Machine) pick(candidates ...string) string {
	name := naming.Free(m.isTaken, candidates...)
	m.taken.Add(name)
	return name
}

// isTaken reports whether a new local must avoid the name.
func (m *Machine) isTaken(name string) bool { return m.taken[name] || m.Fn.TypeNames[name] }

// isFixed reports whether even a variable of the user must avoid the name.
func (m *Machine) isFixed(name string) bool { return m.fixed[name] || m.Fn.TypeNames[name] }

// findTaken determines the names that locals of the machine must avoid.
func (m *Machine) findTaken() {
	fn := m.Fn
	m.taken, m.fixed, m.reserved = naming.Set{}, naming.Set{}, maps.Clone(ir.Words)
	tracked := fn.Tracked()
	for id, objs := range fn.Idents {
		m.taken[id] = true
		for _, obj := range objs {
			// A declaration in verbatim text hides the name there anyway.
			if !tracked[obj] && !fn.Declares(obj) {
				m.fixed[id] = true
			}
		}
	}
	m.findHidden(tracked)
	for _, t := range fn.TypeParams {
		m.fixed[t.Name], m.taken[t.Name] = true, true
	}
	for _, l := range fn.Types {
		for _, name := range l.Names {
			m.fixed[name] = true
		}
	}
	for name := range m.Names.root.body.OtherNames {
		m.fixed[name], m.taken[name] = true, true
	}
	m.taken["machine"] = true
	fn.Codes(func(c ir.Code) {
		c.Quals(func(q *ir.Qual) {
			if q.Path != marker.Machine { // machineName avoids the user's names
				m.fixed[q.Pkg] = true
			}
		})
	})
}

// findHidden finds the results that a return cannot reach by their own names: the text around the
// return may declare the name for something else. tracked are the variables that are no text.
func (m *Machine) findHidden(tracked map[types.Object]bool) {
	m.hidden = map[*ir.Var]bool{}
	for _, v := range m.Fn.Results {
		if !slices.ContainsFunc(m.Fn.Idents[v.Name], func(obj types.Object) bool {
			return obj != nil && obj != v.Obj && !tracked[obj] && m.Fn.Declares(obj)
		}) {
			continue
		}
		m.Fn.Codes(func(c ir.Code) {
			returns := false
			c.Terminators(func(x *ir.Terminator) { returns = returns || x.Return != nil })
			if returns && c.Says([]string{v.Name}) {
				m.hidden[v] = true
			}
		})
	}
}

// nameOwn chooses the names of the locals of the machine itself, which all methods share.
func (m *Machine) nameOwn() {
	fn := m.Fn
	if fn.DeferList {
		m.reserved["append"] = true
	}
	m.recv = m.pick("f", "fr", "frame")
	m.task = m.pick("t", "task")
	m.ready = m.pick("ready", "done")
	m.state = m.pick("state", "at")
	if fn.Unwinds() {
		m.ended = m.pick("ended", "over")
		m.reserved[m.ended] = true
	}
	for _, name := range []string{m.recv, m.task, m.ready, m.state} {
		m.reserved[name] = true
	}
	if m.deep && !fn.Sends() {
		m.wants = m.pick("more", "wanted")
		m.reserved[m.wants] = true
	}
	if fn.Sends() {
		m.sent, m.thrown = m.pick("sent"), m.pick("thrown")
		m.reserved[m.sent], m.reserved[m.thrown] = true, true
	}
	if fn.IsEnclosed() {
		m.self = m.pick("m")
		m.reserved[m.self] = true
	}
	m.entry = m.pick("d", "entry")
	if len(fn.Awaits) > 0 && fn.Gen == nil && fn.NumValues() == 1 && isTypeParam(fn.Results[0].Type) {
		m.none = m.pick("zero", "none")
		m.reserved[m.none] = true
	}
	m.named = fn.Named && fn.Unwinds()
	if m.named && fn.Gen == nil {
		m.value, m.err = m.pick("result"), m.pick("err", "failure")
		m.reserved[m.value], m.reserved[m.err] = true, true
	}
}

// nameLocals chooses the name of every variable that is a local of Poll. A variable of the
// user keeps its name, unless two variables of that name meet in one block.
func (m *Machine) nameLocals() {
	m.idents = map[*ir.Var]string{}
	uses := map[string]*nameUse{}
	use := func(name string) *nameUse {
		if uses[name] == nil {
			uses[name] = &nameUse{blocks: map[*ir.Block]bool{}}
		}
		return uses[name]
	}
	var temps []*ir.Var
	for _, v := range m.Fn.Vars {
		if m.Fn.Home(v) == ir.InFrame || m.Fn.Home(v) == ir.Boxed || m.blocks[v] == nil || m.Fn.Place(v).Twin != nil {
			continue
		}
		if v.Kind == ir.Temp || v.Name == "_" || v.Name == "" || m.hidden[v] || m.reserved[v.Name] || m.isFixed(v.Name) {
			temps = append(temps, v)
			continue
		}
		if m.meets(v, use(v.Name)) {
			temps = append(temps, v)
			continue
		}
		m.idents[v] = v.Name
		m.note(v, use(v.Name))
	}
	for _, v := range temps {
		base := v.Name
		if base == "_" || base == "" {
			base = "result"
		}
		clashes := func(name string) bool {
			return m.reserved[name] || m.isFixed(name) || m.meets(v, use(name)) || name != base && m.isTaken(name) || name == base && m.hidden[v]
		}
		m.idents[v] = naming.Free(clashes, base)
		m.note(v, use(m.idents[v]))
	}
	for _, v := range m.Fn.Vars {
		if twin := m.Fn.Place(v).Twin; twin != nil {
			m.idents[v] = m.idents[twin]
		}
	}
	m.noteVisible()
}

// A nameUse is the use of a name for locals.
type nameUse struct {
	any, hoisted bool
	blocks       map[*ir.Block]bool // the blocks that mention one of the locals
}

// meets reports whether v and a local of u are visible in one place.
func (m *Machine) meets(v *ir.Var, u *nameUse) bool {
	if u.hoisted || u.any && m.Fn.Home(v) == ir.Hoisted {
		return true
	}
	for b := range m.blocks[v] {
		if u.blocks[b] {
			return true
		}
	}
	return false
}

func (m *Machine) note(v *ir.Var, u *nameUse) {
	u.any = true
	u.hoisted = u.hoisted || m.Fn.Home(v) == ir.Hoisted
	for b := range m.blocks[v] {
		u.blocks[b] = true
	}
}

// noteVisible notes the names of locals that the blocks may mention, for isVisible.
func (m *Machine) noteVisible() {
	m.visible = map[*ir.Block]map[string]bool{}
	for _, b := range m.Fn.Blocks {
		m.visible[b] = map[string]bool{}
	}
	m.hoistedNames = map[string]bool{}
	for _, v := range m.Fn.Vars {
		if m.Fn.Home(v) == ir.Hoisted {
			m.hoistedNames[m.idents[v]] = true
		}
		for b := range m.blocks[v] {
			m.visible[b][m.idents[v]] = true
			// The text of the block may mention the variable by its own name.
			if v.Kind != ir.Temp && m.Fn.Home(v) <= ir.Hoisted {
				m.visible[b][v.Name] = true
			}
		}
	}
}

// nameLabels chooses the label and the state of every await, the labels of the other blocks,
// even if they are not printed, and the constant of every deferred call.
func (m *Machine) nameLabels(scope naming.Set) {
	m.awaits, m.states, m.labels, m.consts = map[*ir.Await]stop{}, map[*ir.Block]string{}, map[*ir.Block]string{}, map[*ir.Defer]string{}
	labels := naming.Set{}
	for name := range m.Fn.Labels {
		labels[name] = true
	}
	for _, b := range m.Fn.Blocks {
		if a := b.Await; a != nil {
			kind := "Await"
			switch {
			case a.Operand == ir.Yield:
				kind = "Yield"
			case m.Fn.Gen != nil:
				kind = "YieldFrom"
			}
			state := scope.Pick(m.Names.prefix + kind + naming.UpperFirst(a.Name))
			suffix := strings.TrimPrefix(state, m.Names.prefix)
			m.states[b], m.labels[b] = state, labels.Pick(naming.LowerFirst(suffix))
			m.awaits[a] = stop{state, m.labels[b]}
		}
	}
	for _, d := range m.Fn.Recorded() {
		m.consts[d] = scope.Pick(m.Names.prefix + "Defer" + naming.UpperFirst(d.Name))
	}
	defer func() {
		for _, b := range m.Fn.Blocks {
			if b.Across {
				m.states[b] = scope.Pick(m.Names.prefix + naming.UpperFirst(m.labels[b]))
			}
		}
	}()
	for _, b := range m.Fn.Blocks {
		if b.Await == nil {
			kind := b.Kind
			if kind == "case" {
				m.labels[b] = labels.PickNumbered(kind)
				continue
			}
			if token.IsKeyword(kind) || kind == "" {
				kind = "label"
			}
			if b.User {
				m.labels[b] = kind
			} else {
				m.labels[b] = labels.Pick(kind)
			}
		}
	}
}
