package ir

import "go/types"

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
