package asyncify

// This file writes the code that the reference backend of coroutinegen would write,
// so that asyncify can be tested without coroutinegen.

import (
	"fmt"
	"go/ast"
	"strings"
)

// A forward is a function that calls another function with the same signature.
type forward struct {
	head   string // func (recv T) name(p0 int)
	call   string // recv.other(p0)
	types  []string
	values []string // names for the results of the call
}

// forward returns the function called name that has f's signature and calls
// callee.
func (p *Program) forward(f *function, name, callee string) (w forward) {
	var head, call strings.Builder
	head.WriteString("func ")
	if f.decl.Recv != nil {
		field := f.decl.Recv.List[0]
		fmt.Fprintf(&head, "(recv%s %s) ", p.names.suffix, f.text(field.Type))
		fmt.Fprintf(&call, "recv%s.", p.names.suffix)
	}
	head.WriteString(name)
	call.WriteString(callee)
	if params := f.decl.Type.TypeParams; params != nil {
		head.WriteString(f.text(params))
		var names []string
		for _, field := range params.List {
			for _, name := range field.Names {
				names = append(names, name.Name)
			}
		}
		call.WriteString("[" + strings.Join(names, ", ") + "]")
	}
	var params, args []string
	for _, field := range f.decl.Type.Params.List {
		for range max(1, len(field.Names)) {
			name := fmt.Sprintf("p%d%s", len(params), p.names.suffix)
			params = append(params, name+" "+f.text(field.Type))
			if _, ok := field.Type.(*ast.Ellipsis); ok {
				name += "..."
			}
			args = append(args, name)
		}
	}
	w.head = head.String() + "(" + strings.Join(params, ", ") + ")"
	w.call = call.String() + "(" + strings.Join(args, ", ") + ")"
	if f.decl.Type.Results != nil {
		for _, field := range f.decl.Type.Results.List {
			for range max(1, len(field.Names)) {
				w.values = append(w.values, fmt.Sprintf("r%d%s", len(w.values), p.names.suffix))
				w.types = append(w.types, f.text(field.Type))
			}
		}
	}
	return w
}

// lockstep returns the coroutine of f's copy.
func (p *Program) lockstep(f *function) string {
	w := p.forward(f, f.name+"Async", f.name)
	typ, value := f.form.coroutine(p.names.rt, w.types, w.values)
	err := p.noError()
	if f.form.err {
		err = w.values[len(w.values)-1]
	}
	body := w.call
	if len(w.values) > 0 {
		body = strings.Join(w.values, ", ") + " := " + body
	}
	return fmt.Sprintf("\n\n%s %s.Coroutine[%s] {\n\treturn %s.Lockstep(func() (%s, error) {\n\t\t%s\n\t\treturn %s, %s\n\t})\n}\n",
		w.head, p.names.rt, typ, p.names.machine, typ, body, value, err)
}

// noError returns an expression for the nil error. A program may redeclare nil.
func (p *Program) noError() string {
	if p.pkg.Scope().Lookup("nil") != nil {
		return "*new(error)"
	}
	return "nil"
}

// text returns the source text of n.
func (f *function) text(n ast.Node) string { return f.file.text(n.Pos(), n.End()) }
