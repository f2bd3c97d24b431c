package gotest

// This file builds the tests of packages of the standard library, much as
// "go test" does, with the compiler and the linker themselves: so packages
// may be made of other files than those of $GOROOT/src, and still import
// what is internal to it.

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/build"
	"go/doc"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Package is a package of the standard library.
type Package struct {
	Path, Dir            string
	Files, Tests, XTests []string // base names; XTests are those of the package path_test
}

// LoadPackage finds the files of the package with the given import path.
func LoadPackage(path string) (*Package, error) {
	p, err := build.Default.Import(path, "", 0)
	if err != nil {
		return nil, err
	}
	if len(p.CgoFiles)+len(p.SFiles) > 0 {
		return nil, fmt.Errorf("%s: not in Go alone", path)
	}
	return &Package{Path: path, Dir: p.Dir, Files: p.GoFiles, Tests: p.TestGoFiles, XTests: p.XTestGoFiles}, nil
}

// BuildTest builds the test program of p in dir, with the named files of dir in
// place of p.Files. It does not replace p in the packages that the tests
// import, which go on using the one of the standard library.
func (tc *Toolchain) BuildTest(dir string, p *Package, files []string) (exe string, err error) {
	name := "async/" + p.Path
	config, err := os.ReadFile(tc.importcfg)
	if err != nil {
		return "", err
	}
	importcfg := func(lines ...string) string {
		for _, line := range lines {
			config = append(append(config, line...), '\n')
		}
		file := filepath.Join(dir, "importcfg")
		if werr := os.WriteFile(file, config, 0o666); werr != nil {
			err = werr
		}
		return file
	}
	compile := func(name, cfg string, files ...string) string {
		object := filepath.Join(dir, strings.ReplaceAll(name, "/", "_")+".a")
		args := append([]string{"-p=" + name, "-importcfg=" + cfg, "-o", object}, files...)
		if err == nil {
			if out, cerr := command(dir, tc.compile, args...).CombinedOutput(); cerr != nil {
				err = fmt.Errorf("compile %s: %w\n%s", name, cerr, out)
			}
		}
		return object
	}
	inSource := func(names []string) (files []string) {
		for _, n := range names {
			files = append(files, filepath.Join(p.Dir, n))
		}
		return files
	}
	object := compile(name, importcfg(), append(files, inSource(p.Tests)...)...)
	importmap := "importmap " + p.Path + "=" + name
	cfg := importcfg("packagefile "+name+"="+object, importmap)
	if len(p.XTests) > 0 {
		xname := name + "_test"
		object = compile(xname, cfg, inSource(p.XTests)...)
		cfg = importcfg("packagefile " + xname + "=" + object)
	}
	main, merr := p.testMain(name)
	if merr != nil {
		return "", merr
	}
	mainFile := filepath.Join(dir, "testmain.go")
	if werr := os.WriteFile(mainFile, main, 0o666); werr != nil {
		return "", werr
	}
	object = compile("main", cfg, mainFile)
	if err != nil {
		return "", err
	}
	config = bytes.Replace(config, []byte(importmap), nil, 1) // unknown to the linker
	cfg = importcfg()
	exe = filepath.Join(dir, "test.exe")
	if out, err := command(dir, tc.link, "-s", "-w", "-buildid=test", "-importcfg="+cfg, "-o", exe, object).CombinedOutput(); err != nil {
		return "", fmt.Errorf("link: %w\n%s", err, out)
	}
	return exe, nil
}

// testMain returns the main package of the tests of p, whose import path is
// name.
func (p *Package) testMain(name string) ([]byte, error) {
	lists := map[string]*bytes.Buffer{"Test": {}, "Benchmark": {}, "Fuzz": {}, "Example": {}}
	used := map[string]bool{}
	run := "os.Exit(m.Run())"
	for pkg, names := range map[string][]string{"_test": p.Tests, "_xtest": p.XTests} {
		var files []*ast.File
		for _, n := range names {
			f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, n), nil, parser.ParseComments)
			if err != nil {
				return nil, err
			}
			files = append(files, f)
			for _, d := range f.Decls {
				fd, ok := d.(*ast.FuncDecl)
				if !ok || fd.Recv != nil {
					continue
				}
				if fd.Name.Name == "TestMain" {
					run, used[pkg] = pkg+".TestMain(m)\n\tos.Exit(0)", true
					continue
				}
				for prefix, list := range lists {
					if prefix != "Example" && isTest(fd.Name.Name, prefix) {
						fmt.Fprintf(list, "\t{%q, %s.%s},\n", fd.Name.Name, pkg, fd.Name.Name)
						used[pkg] = true
					}
				}
			}
		}
		for _, e := range doc.Examples(files...) {
			if e.Output != "" || e.EmptyOutput {
				fmt.Fprintf(lists["Example"], "\t{%q, %s.Example%s, %q, %v},\n", "Example"+e.Name, pkg, e.Name, e.Output, e.Unordered)
				used[pkg] = true
			}
		}
	}
	var b bytes.Buffer
	b.WriteString("package main\n\nimport (\n\t\"os\"\n\t\"testing\"\n\t\"testing/internal/testdeps\"\n")
	if used["_test"] {
		fmt.Fprintf(&b, "\t_test %q\n", name)
	}
	if used["_xtest"] {
		fmt.Fprintf(&b, "\t_xtest %q\n", name+"_test")
	}
	b.WriteString(")\n")
	for prefix, typ := range map[string]string{"Test": "Test", "Benchmark": "Benchmark", "Fuzz": "FuzzTarget", "Example": "Example"} {
		fmt.Fprintf(&b, "\nvar list%s = []testing.Internal%s{\n%s}\n", prefix, typ, lists[prefix])
	}
	fmt.Fprintf(&b, `
func main() {
	testdeps.ImportPath = %q
	m := testing.MainStart(testdeps.TestDeps{}, listTest, listBenchmark, listFuzz, listExample)
	%s
}
`, p.Path, run)
	return b.Bytes(), nil
}

// isTest reports whether name is that of a test function, as cmd/go sees it.
func isTest(name, prefix string) bool {
	rest, ok := strings.CutPrefix(name, prefix)
	if !ok {
		return false
	}
	r, _ := utf8.DecodeRuneInString(rest)
	return rest == "" || !unicode.IsLower(r)
}
