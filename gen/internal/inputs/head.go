package inputs

// This file finds what the go command reads of a Go file to list its package: everything up to
// the last import. It reads all of a file that uses cgo or embeds files. The comments above output
// of the tool, which change each time, are left out except for the build constraint.

import (
	"bytes"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
)

// entryOf returns the entry of the file at path with the content text, which is output of the tool
// if ours is set.
func entryOf(path string, text []byte, ours bool) Entry {
	e := Entry{Sum: SumOf(text), Ours: ours}
	e.Head = e.Sum
	if filepath.Ext(path) != ".go" || bytes.Contains(text, []byte("//go:embed")) {
		return e
	}
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, path, text, parser.ImportsOnly|parser.SkipObjectResolution)
	if err != nil {
		return e
	}
	end := file.Name.End()
	for _, s := range file.Imports {
		end = max(end, s.End())
		e.Cgo = e.Cgo || strings.Trim(s.Path.Value, "`\"") == "C"
	}
	for _, d := range file.Decls {
		end = max(end, d.End())
	}
	if !e.Cgo {
		start, end := fset.File(end).Offset(file.Package), fset.File(end).Offset(end)
		head := text[:end]
		if ours {
			head = nil
			for line := range bytes.Lines(text[:start]) {
				if bytes.HasPrefix(line, []byte("//go:build ")) {
					head = append(head, line...)
				}
			}
			head = append(head, text[start:end]...)
		}
		e.Head = SumOf(head)
	}
	return e
}
