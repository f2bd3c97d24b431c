// Package frame decides where every variable of a machine lives:
//
//   - inner: a local of the only block that mentions it;
//   - hoisted: a local of Poll or Next, because several blocks mention it but no await
//     separates them;
//   - field: a field of the frame, because its value is needed after an await;
//   - boxed: a field that points to the variable, because a closure or a pointer
//     shares it. Each execution of the declaration makes a new variable.
//
// Awaited operations and frames of children get fields as well.
package frame

// This file defines the entry to the package and the decisions.

import (
	"fmt"
	"go/token"
	"go/types"
	"slices"

	"github.com/coroutinegen/coroutinegen/gen/internal/diag"
	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
	"github.com/coroutinegen/coroutinegen/gen/internal/naming"
)

// Func returns the layout of fn. held says that the frame of another function holds the
// frame of fn. byPointer are the awaits of coroutines whose frames are allocated, because
// the frame of fn cannot hold them. If tidy is false, every variable goes to the frame, and
// no two variables share a field. logf reports each decision.
func Func(fn *ir.Graph, held bool, byPointer map[*ir.Await]bool, tidy bool, logf func(format string, args ...any)) (*ir.Layout, diag.List) {
	p := &placer{
		fn:        &ir.Layout{Graph: fn, Held: held, Places: map[*ir.Var]*ir.VarPlace{}, Ops: map[*ir.Await]*ir.Field{}},
		byPointer: byPointer, tidy: tidy, logf: logf, live: newLiveness(fn),
	}
	p.live.solve()
	p.homes()
	p.twins()
	p.fields()
	p.placeDecls()
	p.zeroed()
	p.check()
	p.fn.Live = p.isLive
	return p.fn, p.diags
}

// isLive is [ir.Layout.Live].
func (p *placer) isLive(v *ir.Var, b *ir.Block) bool {
	i, ok := p.live.index[v]
	return v.Deferred || ok && p.live.begins(b, i)
}

type placer struct {
	fn        *ir.Layout // not complete yet
	byPointer map[*ir.Await]bool
	tidy      bool
	logf      func(format string, args ...any)
	live      *liveness
	diags     diag.List
}

// place returns the place of v for the caller to fill in.
func (p *placer) place(v *ir.Var) *ir.VarPlace {
	if p.fn.Places[v] == nil {
		p.fn.Places[v] = new(ir.VarPlace)
	}
	return p.fn.Places[v]
}

func (p *placer) decide(v *ir.Var, h ir.Home, why string) {
	p.place(v).Home, p.place(v).Why = h, why
	if v.Name != "" {
		p.logf("%s: %s: %s, %s", p.fn.Name, v, h, why)
	}
}

func (p *placer) homes() {
	blocks := p.live.blocksOf()
	for i, v := range p.fn.Vars {
		in := blocks[v]
		one := len(in) == 1 && v.Kind != ir.Result
		if p.tidy && !one && p.live.perBlock(v, in) {
			p.place(v).PerBlock = true
			p.decide(v, ir.Inner, "its value never leaves a block")
			continue
		}
		switch {
		case v.Kind == ir.Param && v.Shared() && (len(in) > 0 || v.Deferred):
			p.decide(v, ir.Boxed, "a parameter whose identity is shared")
		case v.Kind == ir.Param:
			p.decide(v, ir.InFrame, "a parameter")
		case v.Kind == ir.Capture && v.ByRef:
			p.decide(v, ir.Boxed, "a captured variable")
		case v.Kind == ir.Capture:
			p.decide(v, ir.InFrame, "a copy of a captured variable")
		case len(in) == 0 && !v.Deferred:
			p.place(v).Home = ir.Inner
		case !p.tidy && v.Shared():
			p.decide(v, ir.Boxed, "shared")
		case !p.tidy && p.nameable(v):
			p.decide(v, ir.InFrame, "everything is")
		case v.Deferred && v.Shared():
			p.decide(v, ir.Boxed, "shared, and a deferred call needs it")
		case v.Kind == ir.Result && p.fn.Sends():
			p.decide(v, ir.InFrame, "the caller asks for it later")
		case v.Deferred:
			p.decide(v, ir.InFrame, "a deferred call needs it")
		case p.live.across[i] && v.Shared():
			p.decide(v, ir.Boxed, "shared, and live across "+p.stop())
		case p.live.across[i]:
			p.decide(v, ir.InFrame, "live across "+p.stop())
		case one:
			p.decide(v, ir.Inner, "not live across "+p.stop())
		case v.Shared():
			p.decide(v, ir.Boxed, "shared, and several blocks use it")
		case v.Captured:
			p.decide(v, ir.InFrame, "captured, and several blocks use it")
		default:
			p.decide(v, ir.Hoisted, "not live across "+p.stop()+", but several blocks use it")
		}
	}
}

// stop returns what separates the uses of a variable that lives in the frame.
func (p *placer) stop() string {
	if p.fn.Gen != nil {
		return "a yield"
	}
	return "an await"
}

// nameable reports whether v can be a field although it need not be one: its type can be
// written at package level and mentions no local type.
func (p *placer) nameable(v *ir.Var) (ok bool) {
	if v.Type == nil {
		return true
	}
	ok = ir.Unnameable(v.Type, p.fn.Pkg) == nil
	p.fn.TypeCode(v.Type).LocalDecls(func(*ir.LocalDecl) { ok = false })
	return ok
}

// fields lays out the frame: variables in source order, then awaited operations.
func (p *placer) fields() {
	names := naming.Set{"state": true, "deferred": true, "Poll": true, "Init": true, "begin": p.fn.Held, "Where": true, "unwind": true}
	if p.fn.Gen != nil {
		deep, sends := p.fn.IsDeep(), p.fn.Sends()
		names = naming.Set{"state": true, "deferred": true, "Next": true, "Stop": true, "All": true, "Where": true, "String": true, "source": true, "unwind": true,
			"begin": p.fn.Held, "more": !sends, "result": !sends, "leaf": deep, "up": deep, "step": deep || sends, "run": deep, "running": deep, "stopping": deep}
		if sends {
			names.Add("Send", "Throw", "Close", "Result", "resume", "returned", "failed")
		}
	}
	if p.fn.Parks {
		names["exit"], names["catch"], names["leave"] = true, true, len(p.fn.Iters) > 0
	}
	for i := range p.fn.Parts {
		names[ir.PartName(i+1)] = true
	}
	unique := func(name string) string {
		if name == "_" || name == "" {
			name = "arg"
		}
		return names.Pick(name)
	}
	shared := map[string][]*sharing{}
	for _, v := range p.fn.Vars {
		at := p.place(v)
		if at.Home != ir.InFrame && at.Home != ir.Boxed {
			continue
		}
		share := p.tidy && p.sharable(v)
		if share {
			if s := p.shareWith(v, shared[v.Name]); s != nil {
				p.logf("%s: %s: shares a field with its namesake", p.fn.Name, v.Name)
				at.Field = s.field
				continue
			}
		}
		at.Field = &ir.Field{Name: unique(v.Name), Type: v.Type, TypeCode: v.TypeCode, Pointer: at.Home == ir.Boxed, Param: v.Given()}
		p.fn.Fields = append(p.fn.Fields, at.Field)
		if share {
			shared[v.Name] = append(shared[v.Name], p.share(v))
		}
	}
	p.entries()
	p.operations(unique)
}

// operations lays out the awaited operations. At most one operation of a frame is pending,
// and no other is ready meanwhile, except those of deferred calls. So operations of one kind
// share a field. If their names differ, the field is named after the kind.
func (p *placer) operations(unique func(string) string) {
	fields := map[string][]*ir.Await{} // by operation, the first await on each field
	common := map[*ir.Field]string{}
	var added []*ir.Field
next:
	for _, a := range p.fn.Awaits {
		if a.Direct != nil || a.Operand == ir.Yield {
			continue
		}
		op := a.Op
		if op == "" {
			op = a.Name
		}
		for _, b := range fields[op] {
			if !a.Early && !b.Early && b.Operand == a.Operand && b.Callee == a.Callee && p.byPointer[b] == p.byPointer[a] &&
				slices.EqualFunc(a.TypeArgs, b.TypeArgs, types.Identical) &&
				(a.Callee != nil || types.Identical(a.XType, b.XType)) {
				f := p.fn.Ops[b]
				p.fn.Ops[a] = f
				if common[f] != a.Name {
					common[f] = op
				}
				continue next
			}
		}
		f := &ir.Field{Type: a.XType, Child: a.Callee, TypeArgs: a.TypeArgs}
		switch a.Operand {
		case ir.Child:
			f.Type, f.Pointer = nil, p.byPointer[a]
		case ir.Dynamic:
			f.Type, f.Dynamic = nil, a.Result
		case ir.From:
			f.Type, f.TypeCode = nil, a.TypeCode
		}
		p.fn.Ops[a] = f
		added = append(added, f)
		common[f] = a.Name
		fields[op] = append(fields[op], a)
	}
	for _, f := range added {
		name := common[f]
		if token.IsKeyword(name) { // select, for rt.Select
			name += "Op"
		}
		f.Name = unique(name)
	}
	p.fn.Fields = append(p.fn.Fields, added...)
}

// twins lets temporaries share one local of Poll if their names and types are the same and
// they are never needed at the same time.
func (p *placer) twins() {
	shared := map[string][]*sharing{}
	for _, v := range p.fn.Vars {
		if !p.tidy || p.fn.Home(v) != ir.Hoisted || v.Kind != ir.Temp || v.Type == nil {
			continue
		}
		if s := p.shareWith(v, shared[v.Name]); s != nil {
			p.place(v).Twin = s.first
		} else {
			shared[v.Name] = append(shared[v.Name], p.share(v))
		}
	}
}

// A sharing is a field or a local that several variables of one name and type share. They
// are never needed at the same time.
type sharing struct {
	first *ir.Var
	field *ir.Field
	spans spans // where one of the variables is live
}

func (p *placer) share(v *ir.Var) *sharing {
	return &sharing{first: v, field: p.fn.Field(v), spans: slices.Clone(p.live.spansOf(v))}
}

// shareWith lets v take part in the first sharing of list that has room for it. It returns that
// sharing, or nil.
func (p *placer) shareWith(v *ir.Var, list []*sharing) *sharing {
	for _, s := range list {
		if mine := p.live.spansOf(v); types.Identical(s.first.Type, v.Type) && !mine.meets(s.spans) {
			s.spans = s.spans.with(mine)
			return s
		}
	}
	return nil
}

// zeroed finds the results in the frame that may be read before they are
// assigned. Every other variable is set by its declaration.
func (p *placer) zeroed() {
	for i, v := range p.fn.Vars {
		if v.Kind == ir.Result && p.fn.Home(v) == ir.InFrame && (p.live.begins(p.fn.Blocks[0], i) || v.Deferred) {
			p.fn.Zeroed = append(p.fn.Zeroed, v)
		}
	}
}

// entries lays out an entry of the list of deferred calls. An entry belongs to one defer
// statement, so the statements share fields, if the names and types are the same.
func (p *placer) entries() {
	wanted := map[*ir.Field]string{} // the names of fields before they were made unique
	for _, d := range p.fn.Defers {
		used := map[*ir.Field]bool{}
	next:
		for _, x := range d.Saved {
			if !x.Var.Entry {
				continue
			}
			names := naming.Set{"site": true}
			for _, f := range p.fn.EntryFields {
				names[f.Name] = true
				if !used[f] && wanted[f] == x.Var.Name && types.Identical(f.Type, x.Var.Type) {
					p.place(x.Var).Field = f
					used[f] = true
					continue next
				}
			}
			field := &ir.Field{Name: names.Pick(x.Var.Name), Type: x.Var.Type}
			p.place(x.Var).Field = field
			used[field], wanted[field] = true, x.Var.Name
			p.fn.EntryFields = append(p.fn.EntryFields, field)
		}
	}
}

// sharable reports whether v may share a field with others.
func (p *placer) sharable(v *ir.Var) bool {
	return p.fn.Home(v) == ir.InFrame && !v.Given() && !v.Lent && v.Type != nil && !v.Deferred
}

// check refuses variables and operations whose types cannot be written in the package.
func (p *placer) check() {
	for _, f := range p.fn.EntryFields {
		if bad := ir.Unnameable(f.Type, p.fn.Pkg); bad != nil {
			p.refuse(p.fn.Pos, fmt.Sprintf("an operand of a deferred call has the type %s, which cannot be named in this package", bad),
				"defer a function literal instead")
		}
	}
	for i, v := range p.fn.Vars {
		home := p.fn.Home(v)
		if home == ir.Inner || v.Type == nil {
			continue
		}
		bad := ir.Unnameable(v.Type, p.fn.Pkg)
		if bad == nil {
			continue
		}
		why := "kept across " + p.stop()
		if home == ir.Hoisted {
			why = "declared at the head of the machine"
		}
		p.refuse(v.Pos, fmt.Sprintf("%s must be %s, but its type %s cannot be named in this package", v.Name, why, bad),
			"give the variable a type that can be named, an interface for instance, or end its use before the await",
			p.keptOver(i)...)
	}
	for _, a := range p.fn.Awaits {
		if p.fn.Ops[a] == nil || a.Operand == ir.Child {
			continue
		}
		t := a.XType
		if a.Operand == ir.Dynamic {
			t = a.Result
		}
		if bad := ir.Unnameable(t, p.fn.Pkg); bad != nil {
			p.refuse(a.Pos, fmt.Sprintf("the awaited value has the type %s, which cannot be named in this package", bad),
				"await it through an interface, such as rt.Expr")
		}
	}
}

// keptOver returns the first await after which variable i is still needed.
func (p *placer) keptOver(i int) []diag.Related {
	for _, b := range p.fn.Blocks {
		if b.Await != nil && p.live.begins(b, i) {
			return []diag.Related{{Pos: p.fn.Fset.Position(b.Await.Pos), Message: fmt.Sprintf("it is needed after this await: %s", b.Await.Text)}}
		}
	}
	return nil
}

func (p *placer) refuse(pos token.Pos, message, remedy string, related ...diag.Related) {
	p.diags.Add(diag.Diagnostic{Pos: p.fn.Fset.Position(pos), Code: diag.UnnameableType, Message: message, Remedy: remedy, Related: related})
}
