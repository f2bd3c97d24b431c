package emit

// This file writes the code that makes the coroutine of a function literal.

import "github.com/coroutinegen/coroutinegen/gen/internal/ir"

// closure writes the coroutine of a function literal.
//
//	rt.NewCoroutine(&serveWorkerFrame{id: id, count: f.count})
func (p *printer) closure(x *ir.Closure) {
	var values []func()
	for _, c := range x.Captures {
		values = append(values, func() { p.emitCode(c) })
	}
	p.qual(rtQual("NewCoroutine"))
	p.text("(&")
	m := p.Of(x.Func)
	instance{fn: m.Fn, names: m.Names}.literal(p.writer, values)
	p.text(")")
}
