package gen

// This file gives commands what package diag, which is internal, knows about diagnostics.

import "github.com/coroutinegen/coroutinegen/gen/internal/diag"

// Diagnostics is the error of [Generate] if anything is wrong with the user's code: a list of
// everything that is. Its methods print it for people and for programs.
type Diagnostics = diag.List

// A CodeDoc is what the documentation says about one code of diagnostics.
type CodeDoc = diag.Doc

// CodeDocs returns the documentation of all codes that the tool, go vet included, can report.
func CodeDocs() []CodeDoc { return diag.Docs() }
