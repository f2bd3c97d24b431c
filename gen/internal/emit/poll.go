package emit

import (
	"fmt"
	"go/types"
	"strings"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
	"github.com/dave/jennifer/jen"
)

// This file writes Poll: its declarations and its jump to the block at which it resumes.

func (m *Machine) pollMethod() *jen.Statement {
	fn := m.Fn
	p := m.printer()
	p.line("// ", m.methodName("Poll"), " runs ", fn.Name, " to its next await or its return.")
	task := p.task
	if len(fn.Awaits) == 0 && fn.Parts == 0 && !p.usesTask() {
		task = "_"
	}
	p.method("Poll", task+" *")
	p.qual(rtQual("Task"))
	p.text(") (")
	value, err, ended := "", "", ""
	if fn.Unwinds() {
		value, err, ended = "_ ", "_ ", p.ended+" "
	}
	if p.named {
		if fn.NumValues() > 0 {
			value = p.value + " "
		}
		if fn.Fallible {
			err = p.err + " "
		}
	}
	p.text(value)
	p.plain(p.resultType())
	p.line(", ", err, "error, ", ended, "bool) {")
	p.bindFrame()
	p.push()
	if fn.Parts > 0 {
		p.runParts()
	} else {
		p.head(fn.Blocks)
		p.because(resumes)
		p.resume()
		p.body(fn.Blocks)
	}
	p.pop()
	p.text("}")
	return p.statement()
}

// head writes the declarations that blocks share. blocks are all blocks of Poll, or those of
// one part of the function.
func (p *printer) head(blocks []*ir.Block) {
	for _, l := range p.Fn.Types {
		if l.Place == ir.AtHead && (p.Fn.Parts == 0 || isFor(l, blocks[0].Part)) {
			p.plain(l.Code)
			p.text("\n\n")
		}
	}
	p.hoisted(blocks)
}

// isFor reports whether the part of the function declares l.
func isFor(l *ir.LocalDecl, part int) bool {
	for b := range l.Blocks {
		if b.Part == part {
			return true
		}
	}
	return l.Everywhere
}

// hoisted declares the variables that several blocks use, and the zero value of a type
// parameter that Poll returns without a result. Consecutive variables of one type share a
// declaration.
func (p *printer) hoisted(blocks []*ir.Block) {
	p.because(hoists)
	if p.none != "" {
		p.text("var " + p.none + " ")
		p.plain(p.resultType())
		p.text("\n")
		if p.Fn.Parts > 0 {
			p.line("_ = ", p.none)
		}
	}
	mentioned, read := map[*ir.Var]bool{}, map[*ir.Var]bool{} // keyed by the first of the variables that share a local
	for _, b := range blocks {
		ir.Mentions(p.Fn.Func, b, func(v *ir.Var, reads bool) {
			if twin := p.Fn.Place(v).Twin; twin != nil {
				v = twin
			}
			mentioned[v] = true
			read[v] = read[v] || reads
		})
	}
	var vars []*ir.Var
	for _, v := range p.Fn.Vars {
		if p.Fn.Home(v) == ir.Hoisted && mentioned[v] && p.Fn.Place(v).Twin == nil {
			vars = append(vars, v)
		}
	}
	var list []typed
	for i, v := range vars {
		x := typed{name: p.idents[v], typ: v.TypeCode}
		if x.typ == nil {
			x.typ = p.Fn.TypeCode(v.Type)
		}
		if i > 0 && vars[i-1].Type != nil && v.Type != nil && types.Identical(vars[i-1].Type, v.Type) {
			x.sameType, x.typ = true, list[i-1].typ
		}
		list = append(list, x)
	}
	p.typed(list, "var ", "\n")
	if len(list) > 0 {
		p.text("\n")
	}
	for _, v := range vars {
		switch {
		case p.Fn.Parts == 0:
			p.use(v, p.idents[v])
		case !read[v] || v.Kind == ir.Result && p.Fn.Gen != nil:
			p.line("_ = ", p.idents[v])
		}
	}
}

// usesTask reports whether the body mentions the current task.
func (p *printer) usesTask() (found bool) {
	for _, b := range p.Fn.Blocks {
		ir.Tasks(b, func() { found = true })
	}
	return found
}

// prologue writes the code before the jump to the block at which the function resumes. It
// sets the state to Done. Only a suspension sets another state, so a return and a panic do
// not have to set it.
func (p *printer) prologue(early bool) {
	names, f := p.Names, p.recv
	if early {
		p.line("if ", f, ".state == ", names.Done, " {")
		p.resumed()
		p.line("}")
	}
	if len(p.Fn.Awaits) > 0 || p.Fn.Parts > 0 {
		p.line(p.state, " := ", f, ".state")
	}
	p.line(f, ".state = ", names.Done, " // unless it suspends")
	if p.Fn.Unwinds() {
		if p.Fn.Parks {
			p.text("defer " + p.call("catch") + p.task + ", ")
		} else {
			p.text("defer " + p.call("unwind"))
		}
		if p.named {
			if p.Fn.NumValues() > 0 {
				p.text("&" + p.value + ", ")
			}
			if p.Fn.Fallible {
				p.text("&" + p.err + ", ")
			}
		}
		p.line("&", p.ended, ")")
	}
	if len(p.Fn.Iters) > 0 && (p.Fn.Parks || len(p.Fn.Defers) == 0) {
		p.line("defer ", strings.TrimSuffix(p.call(leaver(p.Fn)), ", "), ")")
	}
}

// resume writes the jump to the block at which the function resumes.
func (p *printer) resume() {
	names := p.Names
	// The deferred calls must not run again, so the check comes before the defer statement.
	early := p.Fn.Unwinds() || len(p.Fn.Iters) > 0 || len(p.Fn.Awaits) == 0
	p.prologue(early)
	switch {
	case len(p.Fn.Awaits) == 0:
	case early && len(p.Fn.Awaits) == 1 && !p.Fn.Parks:
		a := p.Fn.Awaits[0]
		p.line("if ", p.state, " == ", p.awaits[a].state, " {\ngoto ", p.awaits[a].label, "\n}")
	default:
		p.line("switch ", p.state, " {")
		for _, a := range p.Fn.Awaits {
			p.line("case ", p.awaits[a].state, ":\ngoto ", p.awaits[a].label)
		}
		if p.Fn.Parks {
			p.line("case ", names.Unwind, ":\ngoto ", p.labels[p.Fn.Unwind])
		}
		if !early {
			p.line("case ", names.Done, ":")
			p.resumed()
		}
		p.line("}")
	}
	p.text("\n")
}

func (p *printer) resumed() {
	p.text("panic(")
	p.qual(machineQual("Resumed"))
	p.line(fmt.Sprintf("(%q))", p.Fn.Root().Name))
}
