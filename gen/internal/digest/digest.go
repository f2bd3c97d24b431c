// Package digest says whether a generated file still fits its source.
//
// The header of a generated file holds a digest of each function that the file is generated
// from, a digest of the file itself, and the version of the output:
//
//	// Digest: v1 5d41402a of serve 7f83b165, handle 2c26b46b
//
// The generator writes that line. The analyzer, coroutinegen -check and package coroutinetest
// compare it with the source. All of them compute a digest with [Function].
//
// # What a digest covers
//
// A digest covers what the machine of a function depends on:
//
//   - the syntax of the function;
//   - what the names in it mean: the package, the kind and the name of an object of a package,
//     and that a name is predeclared;
//   - the types of the variables that it declares, which become the fields of the frame, and
//     its type arguments;
//   - of every other expression, whether it is constant and what kind of type it has. The
//     kind decides how a machine ranges over a value, copies it and compares it;
//   - whether loops have a variable per iteration in the language of the file.
//
// It covers no comments, no positions, no parentheses and nothing that gofmt may change, so it
// stays the same if the function moves to another place or file. It does not cover what other
// types and functions look like inside: a machine calls the same functions that its source
// does. If a type that the machine mentions is gone, the compiler says so. A field is a number
// or a string on one system and not on another only if the machine is different there, too.
package digest

// This file computes digests.

import (
	"crypto/sha256"
	"encoding/hex"
	"go/ast"
	"go/token"
	"go/types"
)

// A digest is written with this number of hexadecimal digits.
const digits = 8

// Function returns the digest of decl, a function that file of package pkg declares. info
// describes the syntax of pkg.
func Function(info *types.Info, pkg *types.Package, file *ast.File, decl *ast.FuncDecl) string {
	w := &writer{facts: &facts{info: info, pkg: pkg, kinds: map[types.Type]string{}}}
	w.text(iteration(info, pkg, file))
	w.node(decl)
	return w.sum()
}

// Text returns the digest of the declarations in file, a generated file, without its imports.
func Text(file *ast.File) string { return Join(file.Name.Name, Declarations(file)) }

// Declarations returns what the digest of a file covers of the declarations in file.
func Declarations(file *ast.File) []byte {
	w := &writer{}
	for _, d := range file.Decls {
		if gd, ok := d.(*ast.GenDecl); !ok || gd.Tok != token.IMPORT {
			w.node(d)
		}
	}
	return w.out.Bytes()
}

// Join returns the digest of a file of the package called name. parts are what the digest
// covers of its declarations, in order.
func Join(name string, parts ...[]byte) string {
	w := &writer{}
	w.text(name)
	for _, part := range parts {
		w.out.Write(part)
	}
	return w.sum()
}

func (w *writer) sum() string {
	sum := sha256.Sum256(w.out.Bytes())
	return hex.EncodeToString(sum[:])[:digits]
}
