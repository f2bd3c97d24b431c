// Package other returns values of a type that only it can name.
package other

type hidden int

func (hidden) Use() {}

func New() hidden { return 0 }
