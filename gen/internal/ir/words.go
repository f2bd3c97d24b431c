package ir

import (
	"go/types"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Words are the names that generated code may use anywhere. No declaration may hide them.
var Words = func() map[string]bool {
	words := map[string]bool{"rt": true, "utf8": true, "nil": true, "true": true, "false": true, "len": true, "panic": true, "recover": true}
	for _, name := range types.Universe.Names() {
		if _, isType := types.Universe.Lookup(name).(*types.TypeName); isType {
			words[name] = true
		}
	}
	return words
}()

// LowerFirst returns name as the beginning of an unexported name: read for Read, url for URL.
func LowerFirst(name string) string {
	r, n := utf8.DecodeRuneInString(name)
	if strings.ToUpper(name) == name && len(name) > n { // URL, not uRL
		return strings.ToLower(name)
	}
	return string(unicode.ToLower(r)) + name[n:]
}

// UpperFirst returns name as a later word of a longer name: Read for read.
func UpperFirst(name string) string {
	r, n := utf8.DecodeRuneInString(name)
	return string(unicode.ToUpper(r)) + name[n:]
}
