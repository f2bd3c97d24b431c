package python

// This file prints awaits, and what they wait for.

import (
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
	"strings"

	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
)

// awaited returns the operand of x if x is an await, with how it awaits.
func (p *printer) awaited(x ast.Expr) (f marker.Func, operand ast.Expr) {
	call, ok := ast.Unparen(x).(*ast.CallExpr)
	if !ok || len(call.Args) != 1 {
		return "", nil
	}
	f = marker.Callee(p.info, call)
	if !f.Awaits() {
		return "", nil
	}
	return f, call.Args[0]
}

// propagates reports whether s is "if err != nil { return err }" for the error err, with any
// values before it: in Python the exception is on its way already.
func (p *printer) propagates(s ast.Stmt, err types.Object) bool {
	branch, ok := s.(*ast.IfStmt)
	if !ok || branch.Init != nil || branch.Else != nil || len(branch.Body.List) != 1 || !p.isNotNil(branch.Cond, err) {
		return false
	}
	ret, ok := branch.Body.List[0].(*ast.ReturnStmt)
	if !ok || len(ret.Results) == 0 || p.results == nil || len(ret.Results) != p.results.Len() || !isError(p.results.At(p.results.Len()-1).Type()) {
		return false
	}
	last := len(ret.Results) - 1
	for _, x := range ret.Results[:last] {
		if !p.idle(x) {
			return false
		}
	}
	return p.refersTo(ret.Results[last], err)
}

// isNotNil reports whether x is "err != nil".
func (p *printer) isNotNil(x ast.Expr, err types.Object) bool {
	cond, ok := ast.Unparen(x).(*ast.BinaryExpr)
	return ok && cond.Op == token.NEQ && p.refersTo(cond.X, err) && p.isNil(cond.Y)
}

func (p *printer) refersTo(x ast.Expr, obj types.Object) bool {
	id, ok := ast.Unparen(x).(*ast.Ident)
	return ok && obj != nil && p.info.ObjectOf(id) == obj
}

func (p *printer) isNil(x ast.Expr) bool {
	tv, ok := p.info.Types[ast.Unparen(x)]
	return ok && tv.IsNil()
}

// idle reports whether evaluating x does nothing.
func (p *printer) idle(x ast.Expr) bool {
	switch x := ast.Unparen(x).(type) {
	case *ast.Ident:
		return true
	case *ast.CompositeLit:
		return len(x.Elts) == 0
	}
	return p.info.Types[x].Value != nil
}

// await prints an await of x, whose values go to targets.
func (p *printer) await(x ast.Expr, targets []string) {
	if call, name := p.rtCall(x); name == "Gather" || name == "Gather2" || name == "Gather3" {
		p.gather(call, name, targets)
		return
	}
	text := p.awaitable(x, true)
	if len(targets) > 0 {
		text = strings.Join(targets, ", ") + " = await " + text
	} else {
		text = "await " + text
	}
	p.line("%s", text)
}

// gather prints the await of a Gather as a group of tasks, of which the first that fails cancels
// the others.
func (p *printer) gather(call *ast.CallExpr, name string, targets []string) {
	if call.Ellipsis.IsValid() || len(call.Args) == 0 {
		p.refuse(call, "only the calls that stand in %s itself are known to be coroutines", name)
		return
	}
	var tasks []string
	for _, arg := range call.Args {
		tasks = append(tasks, "group.create_task("+p.awaitable(arg, false)+")")
	}
	p.line("async with asyncio.TaskGroup() as group:")
	p.block(func() { p.line("tasks = [%s]", strings.Join(tasks, ", ")) })
	switch {
	case len(targets) == 1 && targets[0] == "_" || len(targets) == 0:
	case len(targets) == 1 && name != "Gather":
		p.refuse(call, "the results are a struct here")
	default:
		p.line("%s = [task.result() for task in tasks]", strings.Join(targets, ", "))
	}
}

// rtCall returns x if it calls a function of package rt, with the name of that.
func (p *printer) rtCall(x ast.Expr) (*ast.CallExpr, string) {
	call, ok := ast.Unparen(x).(*ast.CallExpr)
	if !ok {
		return nil, ""
	}
	fn := p.callee(call)
	if fn == nil || fn.Pkg() == nil || fn.Pkg().Path() != marker.RT || fn.Signature().Recv() != nil {
		return nil, ""
	}
	return call, fn.Name()
}

// callee returns the function that call calls, or nil.
func (p *printer) callee(call *ast.CallExpr) *types.Func {
	id := marker.NameIn(marker.Unindexed(call.Fun))
	if id == nil {
		return nil
	}
	fn, _ := p.info.Uses[id].(*types.Func)
	return fn
}

// operations are methods that make what can be awaited, by package, type and name, with the
// method of asyncio that does the same.
var operations = map[string]string{
	"rt/queues.Queue.Get":        "get",
	"rt/queues.Queue.Put":        "put",
	"rt/queues.Queue.Join":       "join",
	"rt/locks.Lock.Acquire":      "acquire",
	"rt/locks.Semaphore.Acquire": "acquire",
	"rt/locks.Event.Wait":        "wait",
}

// actions are methods that do not wait.
var actions = map[string]string{
	"rt/queues.Queue.TaskDone":   "task_done",
	"rt/queues.Queue.Close":      "shutdown",
	"rt/locks.Lock.Release":      "release",
	"rt/locks.Semaphore.Release": "release",
	"rt/locks.Event.Set":         "set",
	"rt/locks.Event.Clear":       "clear",
}

// method returns the name in table of the method that call calls, and its receiver.
func (p *printer) method(call *ast.CallExpr, table map[string]string) (recv ast.Expr, name string) {
	fn := p.callee(call)
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if fn == nil || !ok || fn.Pkg() == nil || fn.Signature().Recv() == nil {
		return nil, ""
	}
	if s := p.info.Selections[sel]; s == nil || s.Kind() != types.MethodVal || len(s.Index()) != 1 {
		return nil, ""
	}
	t := fn.Signature().Recv().Type()
	if ptr, ok := t.(*types.Pointer); ok {
		t = ptr.Elem()
	}
	named, ok := types.Unalias(t).(*types.Named)
	if !ok {
		return nil, ""
	}
	path, ours := strings.CutPrefix(fn.Pkg().Path(), marker.Module+"/")
	if !ours {
		return nil, ""
	}
	return sel.X, table[path+"."+named.Obj().Name()+"."+fn.Name()]
}

// awaitable returns x, what an await waits for. Tasks are allowed if task is set.
func (p *printer) awaitable(x ast.Expr, task bool) string {
	x = ast.Unparen(x)
	if call, name := p.rtCall(x); call != nil {
		switch {
		case name == "Sleep" && len(call.Args) == 1:
			return "asyncio.sleep(" + p.seconds(call.Args[0]) + ")"
		case name == "Yield":
			return "asyncio.sleep(0)"
		case name == "Timeout" && len(call.Args) == 2:
			if n, isConst := p.constInt(call.Args[0]); isConst && n <= 0 {
				p.refuse(call, "a timeout that is over at once is another thing in asyncio")
			}
			return "asyncio.wait_for(" + p.awaitable(call.Args[1], false) + ", " + p.seconds(call.Args[0]) + ")"
		}
		p.refuse(call, "rt.%s is not among the operations that are printed", name)
		return ""
	}
	call, ok := x.(*ast.CallExpr)
	if !ok {
		if id, isName := x.(*ast.Ident); isName && task && isTask(p.info.TypeOf(x)) {
			return "asyncio.shield(" + p.ident(id) + ")" // a cancelled await leaves the task alone
		}
		p.refuse(x, "only a call, or a task in a variable, can be awaited in Python")
		return ""
	}
	if recv, name := p.method(call, operations); name != "" {
		return p.expr(recv) + "." + name + "(" + strings.Join(p.values(call.Args), ", ") + ")"
	}
	fn := p.callee(call)
	if fn == nil {
		p.refuse(call, "it is not known which function is called")
		return ""
	}
	name, async := strings.CutSuffix(fn.Name(), "Async")
	if _, isCoroutine := marker.Named(p.info.TypeOf(call), "Coroutine"); !async || name == "" || !isCoroutine || fn.Signature().Variadic() {
		p.refuse(call, "%s is not among the operations that are printed", fn.Name())
		return ""
	}
	if !hasSource(fn, name) {
		p.refuse(call, "%s was not generated from a function %s", fn.Name(), name)
		return ""
	}
	args := strings.Join(p.values(call.Args), ", ")
	if fn.Signature().Recv() == nil {
		if _, ok := ast.Unparen(call.Fun).(*ast.Ident); !ok {
			p.refuse(call, "%s is a function of another package, or generic", name)
			return ""
		}
		return pythonName(name) + "(" + args + ")"
	}
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if s := p.info.Selections[sel]; !ok || s == nil || s.Kind() != types.MethodVal || len(s.Index()) != 1 || types.IsInterface(s.Recv()) {
		p.refuse(call, "it is not known which method is called")
		return ""
	}
	if _, isPtr := fn.Signature().Recv().Type().(*types.Pointer); !isPtr {
		p.refuse(call, "the method gets a copy of its receiver")
		return ""
	}
	return p.expr(sel.X) + "." + pythonName(name) + "(" + args + ")"
}

// hasSource reports whether there is a function called name beside fn, from which fn can have been
// generated.
func hasSource(fn *types.Func, name string) bool {
	recv := fn.Signature().Recv()
	if recv == nil {
		source, ok := fn.Pkg().Scope().Lookup(name).(*types.Func)
		return ok && source.Signature().Params().Len() == fn.Signature().Params().Len()
	}
	obj, index, _ := types.LookupFieldOrMethod(recv.Type(), true, fn.Pkg(), name)
	source, ok := obj.(*types.Func)
	return ok && len(index) == 1 && source.Signature().Params().Len() == fn.Signature().Params().Len()
}

// isTask reports whether t is a task.
func isTask(t types.Type) bool {
	if t == nil {
		return false
	}
	ptr, ok := types.Unalias(t).(*types.Pointer)
	if !ok {
		return false
	}
	_, ok = marker.Named(ptr.Elem(), "TaskOf")
	return ok
}

// seconds returns x, a time.Duration, in seconds.
func (p *printer) seconds(x ast.Expr) string {
	if n, ok := p.constInt(x); ok {
		text := strconv.FormatFloat(float64(n)/1e9, 'g', -1, 64)
		if n%1e9 == 0 && n/1e9 < 1<<52 && n/1e9 > -1<<52 {
			return strconv.FormatInt(n/1e9, 10)
		}
		return text
	}
	switch x := ast.Unparen(x).(type) {
	case *ast.Ident:
		return p.ident(x)
	case *ast.SelectorExpr:
		return p.expr(x)
	}
	p.refuse(x, "a duration that is calculated may be rounded or wrap")
	return ""
}
