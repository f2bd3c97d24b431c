// Package python prints an async function as the asyncio function that does the same.
//
// It prints what means the same in both languages, and no function of which any part does not:
// tests run both and compare. What is different all the same, in every function, is listed in
// [Differences].
package python

// This file prints a function.

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// A Reason says why a function has no counterpart.
type Reason struct {
	Pos     token.Position
	Message string // lower case, no period
}

// Differences are what remains different in meaning between a function and what Print returns.
var Differences = []Difference{
	{"errors", "An error is a result: the caller sees it where the await stands.", "An error is an exception: it leaves the function, and no value is returned beside it."},
	{"panics", "Must panics if the await fails.", "The exception of the await is raised."},
	{"cancellation", "Cancellation is a state of a scope: each await in the scope fails until the scope is left.", "Cancellation is an event: CancelledError is raised at one await, and the next one waits again."},
	{"deferred calls", "A deferred call also runs when the goroutine exits (runtime.Goexit).", "A finally clause runs when the function returns or raises."},
	{"Gather", "The error of the first task that fails is returned.", "TaskGroup raises an ExceptionGroup that holds it."},
	{"timeouts", "The error is context.DeadlineExceeded.", "The exception is TimeoutError."},
	{"tasks", "A task lives until it ends.", "A task that nothing refers to may be collected: keep it in a variable."},
	{"turns of tasks", "What is put into a queue, or released, goes to the task that waits for it at once.", "The task that waits is woken, and takes it when it runs: others may run before, or wait for room meanwhile."},
	{"closed queues", "Close ends putting, and a Get fails once the queue is empty.", "shutdown does the same, and is there since Python 3.13."},
	{"durations", "A time.Duration counts nanoseconds.", "A duration is a number of seconds."},
	{"nil slices", "A nil slice is not an empty one, and prints like it.", "It is the empty list."},
	{"strings", "A string holds bytes.", "A string holds code points: bytes that are no UTF-8 cannot be in it."},
}

// A Difference is one thing that means something else in Python.
type Difference struct {
	Subject, Go, Python string
}

// Print returns decl, an async function that info describes, as an asyncio function. If decl has
// no counterpart, text is "", and the reasons say why, in the order of the source.
func Print(fset *token.FileSet, info *types.Info, decl *ast.FuncDecl) (text string, reasons []Reason) {
	p := &printer{fset: fset, info: info, names: map[types.Object]string{}, taken: map[string]bool{}, seen: map[string]bool{}, blamed: map[types.Object]bool{}}
	p.function(decl)
	if len(p.reasons) > 0 {
		slices.SortStableFunc(p.reasons, func(a, b Reason) int {
			return cmp.Or(strings.Compare(a.Pos.Filename, b.Pos.Filename), cmp.Compare(a.Pos.Offset, b.Pos.Offset))
		})
		return "", p.reasons
	}
	return p.b.String(), nil
}

// A printer prints one function.
type printer struct {
	fset    *token.FileSet
	info    *types.Info
	b       strings.Builder
	depth   int
	reasons []Reason
	blamed  map[types.Object]bool // errors about which there is a reason already
	seen    map[string]bool       // reasons, with their lines

	names    map[types.Object]string
	taken    map[string]bool
	results  *types.Tuple
	named    []types.Object       // the named results
	writes   map[types.Object]int // how often a variable is assigned
	counters map[types.Object]bool
	shared   map[types.Object]bool // variables that more is done with than what owned allows
	loops    []*loop
	inSwitch bool
}

// A loop is a loop around the statement at hand.
type loop struct{ continues bool } // whether continue does nothing but begin the next round

// refuse reports why n has no counterpart.
func (p *printer) refuse(n ast.Node, format string, args ...any) {
	pos := p.fset.Position(n.Pos())
	message := fmt.Sprintf(format, args...)
	key := fmt.Sprint(pos, message)
	if !p.seen[key] {
		p.seen[key] = true
		p.reasons = append(p.reasons, Reason{pos, message})
	}
}

// blame is refuse for what assigns to targets. What is said of them later would only repeat it.
func (p *printer) blame(n ast.Node, targets []ast.Expr, format string, args ...any) {
	p.refuse(n, format, args...)
	for _, x := range targets {
		id, ok := ast.Unparen(x).(*ast.Ident)
		if !ok {
			continue
		}
		if p.info.Defs[id] != nil {
			p.declare(id)
		}
		if obj := p.info.ObjectOf(id); obj != nil && isError(obj.Type()) {
			p.blamed[obj] = true
		}
	}
}

// isBlamed reports whether x is an error about which there is a reason already.
func (p *printer) isBlamed(x ast.Expr) bool {
	id, ok := ast.Unparen(x).(*ast.Ident)
	return ok && p.blamed[p.info.ObjectOf(id)]
}

func (p *printer) line(format string, args ...any) {
	p.b.WriteString(strings.Repeat("    ", p.depth))
	fmt.Fprintf(&p.b, format, args...)
	p.b.WriteByte('\n')
}

// block calls f one level deeper.
func (p *printer) block(f func()) {
	p.depth++
	before := p.b.Len()
	f()
	if p.b.Len() == before {
		p.line("pass")
	}
	p.depth--
}

func (p *printer) function(decl *ast.FuncDecl) {
	if decl.Body == nil {
		p.refuse(decl, "the function has no body")
		return
	}
	if decl.Type.TypeParams != nil {
		p.refuse(decl, "the function is generic")
		return
	}
	fn, _ := p.info.Defs[decl.Name].(*types.Func)
	if fn == nil {
		p.refuse(decl, "the function has no type")
		return
	}
	p.results = fn.Signature().Results()
	p.findWrites(decl.Body)
	p.findShared(decl.Body)
	p.reserve(decl)
	var params []string
	for _, list := range []*ast.FieldList{decl.Recv, decl.Type.Params} {
		if list == nil {
			continue
		}
		for _, field := range list.List {
			if _, variadic := field.Type.(*ast.Ellipsis); variadic {
				p.refuse(field, "a variadic parameter is a slice that the caller may keep")
			}
			if len(field.Names) == 0 {
				params = append(params, p.fresh("_"))
			}
			for _, name := range field.Names {
				params = append(params, p.declare(name))
			}
		}
	}
	p.line("async def %s(%s):", pythonName(decl.Name.Name), strings.Join(params, ", "))
	p.block(func() {
		if decl.Type.Results != nil {
			for _, field := range decl.Type.Results.List {
				for _, name := range field.Names {
					p.namedResult(decl.Body, name)
				}
			}
		}
		p.stmts(decl.Body.List)
	})
}

// namedResult declares a named result, which is a variable if the body mentions it.
func (p *printer) namedResult(body *ast.BlockStmt, name *ast.Ident) {
	obj := p.info.Defs[name]
	if obj == nil {
		return
	}
	p.named = append(p.named, obj)
	used := false
	ast.Inspect(body, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		used = used || ok && p.info.Uses[id] == obj
		return true
	})
	if !used || isError(obj.Type()) {
		return
	}
	if zero, ok := p.zero(name, obj.Type()); ok {
		p.line("%s = %s", p.declare(name), zero)
	}
}

// findWrites counts the assignments to each variable, and finds the counters: variables of 64
// bits that begin with a constant and are only ever moved by a small constant. They would take
// centuries to overflow.
func (p *printer) findWrites(body *ast.BlockStmt) {
	p.writes, p.counters = map[types.Object]int{}, map[types.Object]bool{}
	other := map[types.Object]bool{}
	small := func(x ast.Expr) bool {
		n, ok := p.constInt(x)
		return ok && -1<<32 <= n && n <= 1<<32
	}
	note := func(x ast.Expr, fine bool) {
		id, ok := ast.Unparen(x).(*ast.Ident)
		if !ok {
			return
		}
		obj := p.info.ObjectOf(id)
		if obj == nil {
			return
		}
		if p.info.Defs[id] == nil {
			p.writes[obj]++
		}
		p.counters[obj] = true
		other[obj] = other[obj] || !fine
	}
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for i, x := range n.Lhs {
				note(x, len(n.Lhs) == len(n.Rhs) && (n.Tok == token.DEFINE || n.Tok == token.ASSIGN || n.Tok == token.ADD_ASSIGN || n.Tok == token.SUB_ASSIGN) && small(n.Rhs[i]))
			}
		case *ast.IncDecStmt:
			note(n.X, true)
		case *ast.ValueSpec:
			for i, id := range n.Names {
				note(id, n.Values == nil || len(n.Values) == len(n.Names) && small(n.Values[i]))
			}
		case *ast.RangeStmt:
			for _, x := range []ast.Expr{n.Key, n.Value} {
				if x != nil {
					note(x, false)
				}
			}
		case *ast.UnaryExpr:
			if n.Op == token.AND {
				note(n.X, false)
			}
		}
		return true
	})
	for obj := range p.counters {
		v, ok := obj.(*types.Var)
		if !ok || other[obj] || v.IsField() || v.Pkg() != nil && v.Parent() == v.Pkg().Scope() || v.Kind() == types.ParamVar || v.Kind() == types.RecvVar {
			delete(p.counters, obj)
			continue
		}
		if b, ok := v.Type().Underlying().(*types.Basic); !ok || b.Kind() != types.Int && b.Kind() != types.Int64 {
			delete(p.counters, obj)
		}
	}
}

// findShared finds the variables whose values others may get to see: all that are mentioned other
// than in an append to themselves, in len, as what a loop ranges over, or in a return.
func (p *printer) findShared(body *ast.BlockStmt) {
	p.shared = map[types.Object]bool{}
	owned := map[*ast.Ident]bool{}
	own := func(x ast.Expr) {
		if id, ok := ast.Unparen(x).(*ast.Ident); ok {
			owned[id] = true
		}
	}
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, x := range n.Lhs {
				own(x)
			}
			if len(n.Lhs) != 1 || len(n.Rhs) != 1 {
				break
			}
			if call, ok := ast.Unparen(n.Rhs[0]).(*ast.CallExpr); ok && len(call.Args) == 2 && p.isBuiltin(call, "append") {
				if id, ok := ast.Unparen(n.Lhs[0]).(*ast.Ident); ok && p.refersTo(call.Args[0], p.info.ObjectOf(id)) {
					own(call.Args[0])
				}
			}
		case *ast.CallExpr:
			if len(n.Args) == 1 && p.isBuiltin(n, "len") {
				own(n.Args[0])
			}
		case *ast.RangeStmt:
			own(n.X)
		case *ast.ReturnStmt:
			for _, x := range n.Results {
				own(x)
			}
		}
		return true
	})
	ast.Inspect(body, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && !owned[id] {
			if obj := p.info.Uses[id]; obj != nil {
				p.shared[obj] = true
			}
		}
		return true
	})
}

func (p *printer) isBuiltin(call *ast.CallExpr, name string) bool {
	id, ok := ast.Unparen(call.Fun).(*ast.Ident)
	if !ok {
		return false
	}
	b, ok := p.info.Uses[id].(*types.Builtin)
	return ok && b.Name() == name
}

// reserve takes the names that the function uses of its package, so that no variable gets one of
// them: f, where the source says fAsync, may be a variable in Go.
func (p *printer) reserve(decl *ast.FuncDecl) {
	p.taken[pythonName(decl.Name.Name)] = true
	ast.Inspect(decl.Body, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		obj := p.info.Uses[id]
		if obj == nil || obj.Pkg() == nil || obj.Parent() != obj.Pkg().Scope() {
			return true
		}
		switch obj.(type) {
		case *types.Var:
			name := pythonName(id.Name)
			if p.names[obj] == "" && p.taken[name] {
				p.refuse(id, "%s has the name of a function", id.Name)
			}
			p.taken[name] = true
			p.names[obj] = name
		case *types.Func:
			if name, async := strings.CutSuffix(id.Name, "Async"); async {
				p.taken[pythonName(name)] = true
			}
		}
		return true
	})
}
