package asyncify

// This file writes what the reference backend of coroutinegen would write, so
// that the transformation can be tested without coroutinegen.

import (
	"fmt"
	"go/ast"
	"strings"
)

// lockstep returns the coroutine of f's copy.
func (p *Program) lockstep(f *function) string {
	var decl, call strings.Builder
	decl.WriteString("\n\nfunc ")
	if f.decl.Recv != nil {
		field := f.decl.Recv.List[0]
		fmt.Fprintf(&decl, "(recv%s %s) ", p.names.suffix, p.text(field.Type))
		fmt.Fprintf(&call, "recv%s.", p.names.suffix)
	}
	decl.WriteString(f.name + "Async")
	call.WriteString(f.name)
	if params := f.decl.Type.TypeParams; params != nil {
		decl.WriteString(p.text(params))
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
			params = append(params, name+" "+p.text(field.Type))
			if _, ok := field.Type.(*ast.Ellipsis); ok {
				name += "..."
			}
			args = append(args, name)
		}
	}
	call.WriteString("(" + strings.Join(args, ", ") + ")")

	var types, values []string
	if f.decl.Type.Results != nil {
		for _, field := range f.decl.Type.Results.List {
			for range max(1, len(field.Names)) {
				values = append(values, fmt.Sprintf("r%d%s", len(values), p.names.suffix))
				types = append(types, p.text(field.Type))
			}
		}
	}
	typ, value := f.form.coroutine(p.names.rt, types, values)
	err := p.noError()
	if f.form.err {
		err = values[len(values)-1]
	}
	body := call.String()
	if len(values) > 0 {
		body = strings.Join(values, ", ") + " := " + body
	}
	return fmt.Sprintf("%s(%s) %s.Coroutine[%s] {\n\treturn %s.Lockstep(func() (%s, error) {\n\t\t%s\n\t\treturn %s, %s\n\t})\n}\n",
		&decl, strings.Join(params, ", "), p.names.rt, typ, p.names.rt, typ, body, value, err)
}

// noError returns an expression for the nil error, which a program may call
// something else.
func (p *Program) noError() string {
	if p.main().obj.Pkg().Scope().Lookup("nil") != nil {
		return "*new(error)"
	}
	return "nil"
}

// text returns the source text of n.
func (p *Program) text(n ast.Node) string {
	return string(p.src[p.offset(n.Pos()):p.offset(n.End())])
}
