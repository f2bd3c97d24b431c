package naming

// This file makes words of names.

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

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
