package rt_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
)

// ASYNCIO.md names functions, types and methods of rt and of the packages below it. All of them
// must exist.
func TestAsyncioNames(t *testing.T) {
	testbed.Clean(t)
	page, err := os.ReadFile("ASYNCIO.md")
	if err != nil {
		t.Fatal(err)
	}
	exported := exportedNames(t)
	n := 0
	for row := range strings.Lines(string(page)) {
		cells := strings.Split(row, "|")
		if len(cells) != 4 {
			continue
		}
		for _, m := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(cells[2], -1) {
			n++
			name := m[1]
			if ast.IsExported(name) {
				name = "rt." + name
			}
			if !exported[name] {
				t.Errorf("there is no %s", name)
			}
		}
	}
	if n < 50 {
		t.Errorf("found %d names", n)
	}
}

// exportedNames returns the exported names of rt and of the packages below it, as
// package.Name and package.Type.Method.
func exportedNames(t *testing.T) map[string]bool {
	names := map[string]bool{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		pkg := file.Name.Name + "."
		for _, decl := range file.Decls {
			switch decl := decl.(type) {
			case *ast.FuncDecl:
				of := ""
				if decl.Recv != nil {
					of = receiver(decl.Recv.List[0].Type) + "."
				}
				names[pkg+of+decl.Name.Name] = decl.Name.IsExported()
			case *ast.GenDecl:
				for _, spec := range decl.Specs {
					if spec, ok := spec.(*ast.TypeSpec); ok {
						names[pkg+spec.Name.Name] = spec.Name.IsExported()
					}
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// receiver returns the name of the type of a receiver.
func receiver(x ast.Expr) string {
	switch x := x.(type) {
	case *ast.StarExpr:
		return receiver(x.X)
	case *ast.IndexExpr:
		return receiver(x.X)
	case *ast.IndexListExpr:
		return receiver(x.X)
	case *ast.Ident:
		return x.Name
	}
	return ""
}
