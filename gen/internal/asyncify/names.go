package asyncify

// This file chooses names that the program does not use itself.

import (
	"fmt"
	"go/ast"
	"strings"
	"unicode"
	"unicode/utf8"
)

// names are the names that the asyncified source adds to a program.
type names struct {
	co, rt, machine, pause string // import names
	suffix                 string // ends the name of every added function
	taken                  map[string]bool
}

// chooseNames returns names that clash with no identifier of files.
func chooseNames(files []*ast.File) names {
	taken := map[string]bool{}
	var all strings.Builder
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				taken[id.Name] = true
				all.WriteString(id.Name)
				all.WriteByte(' ')
			}
			return true
		})
		for _, spec := range file.Imports {
			if spec.Name == nil { // the last element may be the name of the package
				path := strings.Trim(spec.Path.Value, `"`)
				taken[path[strings.LastIndexByte(path, '/')+1:]] = true
			}
		}
	}
	n := names{taken: taken}
	n.co = n.fresh("co")
	n.rt = n.fresh("rt")
	n.machine = n.fresh("machine")
	n.pause = n.fresh("pause")
	n.suffix = "_co"
	for i := 2; strings.Contains(all.String(), n.suffix); i++ {
		n.suffix = fmt.Sprintf("_co%d", i)
	}
	return n
}

// fresh returns a name like base that is not taken, and marks it as taken.
func (n names) fresh(base string) string {
	name := base
	for i := 2; n.taken[name]; i++ {
		name = fmt.Sprintf("%s%d", base, i)
	}
	n.taken[name] = true
	return name
}

// copy returns the name of the async copy of decl.
func (n names) copy(decl *ast.FuncDecl) string { return CopyName(decl) + n.suffix }

// CopyName returns the name of the async copy of decl without its suffix. The copy of a method
// is not exported: reflection must see the same methods as before.
func CopyName(decl *ast.FuncDecl) string {
	name := decl.Name.Name
	if decl.Recv != nil {
		r, size := utf8.DecodeRuneInString(name)
		if lower := unicode.ToLower(r); lower != r {
			name = string(lower) + name[size:] + "X" // keeps Len and len apart
		}
	}
	return name
}
