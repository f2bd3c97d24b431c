package load

// This file finds the build constraint of a file, which is written in the file or implied
// by its name. The names x_linux.go and x_linux_test.go imply linux, but x_linux_coroutine.go
// implies nothing: a generated file needs a //go:build line.

import (
	"go/ast"
	"go/build"
	"go/build/constraint"
	"io"
	"path/filepath"
	"strings"
)

// BuildLine returns the //go:build line that a file generated from f needs, or "" if
// it needs none.
func (f *File) BuildLine() string {
	written := buildConstraint(f.Syntax)
	implied := impliedConstraint(f.Path)
	switch {
	case written == nil && implied == nil:
		return ""
	case written == nil:
		written = implied
	case implied != nil:
		written = &constraint.AndExpr{X: implied, Y: written}
	}
	return "//go:build " + written.String()
}

// buildConstraint returns the constraint written in file, or nil if there is none.
func buildConstraint(file *ast.File) constraint.Expr {
	for _, group := range file.Comments {
		if group.Pos() > file.Package {
			break
		}
		for _, c := range group.List {
			if expr, err := constraint.Parse(c.Text); err == nil && constraint.IsGoBuild(c.Text) {
				return expr
			}
		}
	}
	return nil
}

// impliedConstraint returns the constraint that the name of a file implies, as in
// x_linux.go, x_amd64.go and x_linux_amd64.go, or nil if there is none.
func impliedConstraint(path string) constraint.Expr {
	parts := strings.Split(strings.TrimSuffix(filepath.Base(path), ".go"), "_")
	if parts[len(parts)-1] == "test" {
		parts = parts[:len(parts)-1]
	}
	n := len(parts)
	if n < 2 || !constrained(parts[n-1]) {
		return nil
	}
	var expr constraint.Expr = &constraint.TagExpr{Tag: parts[n-1]}
	// The part before the last counts if the right architecture alone does not match.
	if n > 2 && !matches(parts[n-2]+"_"+parts[n-1], "none", parts[n-1]) {
		expr = &constraint.AndExpr{X: &constraint.TagExpr{Tag: parts[n-2]}, Y: expr}
	}
	return expr
}

// constrained reports whether tag in x_tag.go is a constraint. It is one if the go
// command leaves the file out for a system that does not exist.
func constrained(tag string) bool { return !matches(tag, "none", "none") }

// matches reports whether x_tag.go is part of the build for the given system.
func matches(tag, goos, goarch string) bool {
	ctx := build.Default
	ctx.GOOS, ctx.GOARCH = goos, goarch
	ctx.OpenFile = func(string) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader("package x\n")), nil
	}
	ok, err := ctx.MatchFile("", "x_"+tag+".go")
	return ok || err != nil
}
