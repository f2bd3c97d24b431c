package python

// This file names things. Python has one scope in a function where Go has one in each block, so
// variables of the same name get numbers.

import (
	"go/ast"
	"strconv"
	"strings"
)

// reserved are the keywords of Python, and the names that the output uses.
var reserved = map[string]bool{}

func init() {
	for _, word := range []string{
		"False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif",
		"else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "not", "or",
		"pass", "raise", "return", "try", "while", "with", "yield",
		"asyncio", "print", "str", "task", "range", "len", "enumerate", "list", "tuple", "Exception", "sys", "group", "tasks",
	} {
		reserved[word] = true
	}
}

// pythonName returns name as an identifier of Python. Different names stay different.
func pythonName(name string) string {
	if reserved[strings.TrimRight(name, "_")] {
		return name + "_"
	}
	return name
}

// declare names the object that id declares.
func (p *printer) declare(id *ast.Ident) string {
	obj := p.info.Defs[id]
	if id.Name == "_" || obj == nil {
		return p.fresh("_")
	}
	if name, ok := p.names[obj]; ok {
		return name
	}
	p.plain(id)
	name := p.fresh(pythonName(id.Name))
	p.names[obj] = name
	return name
}

// fresh returns name, or name with a number if it is taken.
func (p *printer) fresh(name string) string {
	free := name
	for n := 2; p.taken[free]; n++ {
		free = name + "_" + strconv.Itoa(n)
	}
	p.taken[free] = free != "_" // which nothing refers to
	return free
}

// plain refuses names outside ASCII. Python takes some of them for the same name.
func (p *printer) plain(id *ast.Ident) {
	for _, r := range id.Name {
		if r >= 0x80 {
			p.refuse(id, "Python normalizes the name %s", id.Name)
			return
		}
	}
}
