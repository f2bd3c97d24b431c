package load

// This file finds, for a file that is not part of the build, a platform for which it is.
// The package is loaded for that platform to generate code from the file.

import (
	"errors"
	"go/ast"
	"go/build"
	"go/build/constraint"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/coroutinegen/coroutinegen/gen/internal/diag"
)

// A Platform is what build constraints are evaluated for. The zero Platform stands for the
// platform of the environment.
type Platform struct {
	GOOS, GOARCH string
	Tags         string // separated by commas
	Cgo          string // "1" or "0" if it matters
}

func (p Platform) String() string {
	text := p.GOOS + "/" + p.GOARCH
	if p.Cgo != "" {
		text += " with CGO_ENABLED=" + p.Cgo
	}
	if p.Tags != "" {
		text += " with -tags=" + p.Tags
	}
	return text
}

// environ returns the environment for the go command.
func (p Platform) environ(env []string) []string {
	if env == nil {
		env = os.Environ()
	}
	env = slices.Clone(env)
	if p.GOOS != "" {
		env = append(env, "GOOS="+p.GOOS)
	}
	if p.GOARCH != "" {
		env = append(env, "GOARCH="+p.GOARCH)
	}
	if p.Cgo != "" {
		env = append(env, "CGO_ENABLED="+p.Cgo)
	}
	return env
}

// flags returns the flags for the go command.
func (p Platform) flags(flags []string) []string {
	if p.Tags != "" {
		flags = append(slices.Clone(flags), "-tags="+p.Tags)
	}
	return flags
}

// An Excluded is a file with async functions that is not part of the build.
type Excluded struct {
	Path     string
	Platform // a platform for which the file is part of the build
}

// excluded adds to l.others and l.orphans from the files of a directory that are not part
// of the build of the package called name, "" if there is no package: sources with async
// functions, and generated files whose source has no async functions any more.
func (l *loader) excluded(name string, files []string) {
	for _, path := range files {
		src, ok := l.readExcluded(path)
		if !ok {
			continue
		}
		if IsGenerated(path, src) {
			if source, ok := l.readExcluded(SourceOf(path)); ok && !HasAsync(SourceOf(path), source) {
				l.orphans = append(l.orphans, path)
			}
			continue
		}
		if HasHeader(src) || !mentionsDirective(src) {
			continue
		}
		file, _ := parser.ParseFile(token.NewFileSet(), path, src, parseMode)
		if file == nil || file.Name == nil || name != "" && packageOf(path, file) != name || !slices.ContainsFunc(Directives(file), func(d *Directive) bool { return d.Generates() }) {
			continue
		}
		if p, ok := platformFor(path, file); ok {
			l.others = append(l.others, Excluded{path, p})
		}
	}
}

// packageOf returns the name of the package that file, which lies at path, belongs to or tests.
func packageOf(path string, file *ast.File) string {
	if IsTest(path) {
		return strings.TrimSuffix(file.Name.Name, "_test")
	}
	return file.Name.Name
}

// readExcluded reads a file that is not part of the build. A file that does not exist counts
// as empty. If a file cannot be read, what would be generated from it cannot be known:
// readExcluded reports it and returns false.
func (l *loader) readExcluded(path string) (src []byte, ok bool) {
	if info, err := os.Stat(path); err == nil && info.Mode()&endless != 0 {
		return nil, false // walk reported it
	}
	src, err := l.read(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		l.diags.Add(diag.Diagnostic{
			Pos: token.Position{Filename: path}, Code: diag.DoesNotCompile,
			Message: "cannot read this file: " + err.Error(), Remedy: "make it readable, or remove it",
		})
		return nil, false
	}
	return src, true
}

// HasAsync reports whether the file at path with the text src marks a function as async,
// well-formed or not. A file that does not parse counts if it mentions a directive.
func HasAsync(path string, src []byte) bool {
	if !mentionsDirective(src) {
		return false
	}
	file, err := parser.ParseFile(token.NewFileSet(), path, src, parseMode)
	return err != nil || slices.ContainsFunc(Directives(file), func(d *Directive) bool { return d.Verb == Async || d.Verb == Generator })
}

// systems are tried after the systems that a constraint names, for a constraint that only
// says where a file is not built. Each kind of system is among them.
var systems = []string{"linux", "darwin", "windows", "freebsd", "openbsd", "netbsd", "dragonfly", "solaris", "aix", "plan9"}

// unixes are the systems that the tag unix stands for.
var unixes = []string{"aix", "android", "darwin", "dragonfly", "freebsd", "hurd", "illumos", "ios", "linux", "netbsd", "openbsd", "solaris"}

// impliedBy maps a system to the tag of another system that it also satisfies.
var impliedBy = map[string]string{"android": "linux", "illumos": "solaris", "ios": "darwin"}

// onlyOn maps a system to the architecture to try for it. The system does not run on
// others, or not on the usual ones.
var onlyOn = map[string]string{"js": "wasm", "wasip1": "wasm", "aix": "ppc64", "ios": "arm64", "android": "arm64"}

// platformFor returns a platform for which file is part of the build, and whether one was
// found.
func platformFor(path string, file *ast.File) (Platform, bool) {
	expr := wholeConstraint(path, file)
	if expr == nil {
		return Platform{}, false // the file is left out for another reason
	}
	var oses, arches, tags []string
	cgo := false
	constraintTags(expr, func(tag string) {
		switch {
		case tag == "unix" || tag == "gc" || tag == "gccgo" || isRelease(tag):
		case tag == "cgo":
			cgo = true
		case constrained(tag) && !matches("linux_"+tag, "none", tag): // it can follow a system in a name, so it is an architecture
			arches = append(arches, tag)
		case constrained(tag):
			oses = append(oses, tag)
		case !slices.Contains(tags, tag):
			tags = append(tags, tag)
		}
	})
	oses = append(oses, systems...)
	if slices.Contains(arches, "wasm") {
		oses = append(oses, "js", "wasip1")
	}
	if len(tags) > 8 {
		return Platform{}, false
	}
	for set := range 1 << len(tags) { // the fewest first
		var given []string
		for i, tag := range tags {
			if set&(1<<i) != 0 {
				given = append(given, tag)
			}
		}
		if slices.Contains(given, "ignore") {
			continue // by convention, the file is in no build
		}
		choices := []string{""}
		if cgo {
			choices = []string{"0", "1"}
		}
		for _, goos := range oses {
			for _, goarch := range slices.Concat(arches, []string{"amd64", "arm64", onlyOn[goos]}) {
				if onlyOn[goos] != "" && goarch != onlyOn[goos] || goarch == "" || goarch == "wasm" && onlyOn[goos] != "wasm" {
					continue
				}
				for _, cgo := range choices {
					if expr.Eval(func(tag string) bool {
						switch {
						case tag == "cgo":
							return cgo == "1"
						case tag == "unix":
							return slices.Contains(unixes, goos)
						case isRelease(tag):
							return slices.Contains(build.Default.ReleaseTags, tag)
						}
						return tag == goos || tag == goarch || tag == impliedBy[goos] || tag == "gc" || slices.Contains(given, tag)
					}) {
						return Platform{goos, goarch, strings.Join(given, ","), cgo}, true
					}
				}
			}
		}
	}
	return Platform{}, false
}

// isRelease reports whether tag stands for a version of Go.
func isRelease(tag string) bool { return strings.HasPrefix(tag, "go1.") }

// wholeConstraint returns the constraint that is written in file and implied by its name,
// or nil if there is none.
func wholeConstraint(path string, file *ast.File) constraint.Expr {
	written, implied := buildConstraint(file), impliedConstraint(path)
	switch {
	case written == nil:
		return implied
	case implied == nil:
		return written
	}
	return &constraint.AndExpr{X: implied, Y: written}
}

// constraintTags calls f for every tag in expr.
func constraintTags(expr constraint.Expr, f func(tag string)) {
	switch expr := expr.(type) {
	case *constraint.TagExpr:
		f(expr.Tag)
	case *constraint.NotExpr:
		constraintTags(expr.X, f)
	case *constraint.AndExpr:
		constraintTags(expr.X, f)
		constraintTags(expr.Y, f)
	case *constraint.OrExpr:
		constraintTags(expr.X, f)
		constraintTags(expr.Y, f)
	}
}
