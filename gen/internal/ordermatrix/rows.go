package ordermatrix

// This file lists the cells for which gc itself does not always do the same.

import "strings"

// A Row is a kind of cells that may differ.
type Row struct {
	Text    string // the text in gen/doc.go
	Example string // the name of a cell that differs
	fits    func(c Cell) bool
}

// Fits reports whether c belongs to r.
func (r Row) Fits(c Cell) bool { return r.fits(c) }

// Rows are all rows.
var Rows = []Row{
	{
		Text: "An operand whose type is a type parameter, or depends on one: what gc does depends on the type argument." +
			" The machine reads it late, as if it were a word.",
		Example: "$P | type parameter | global | pair{1, 2} → pair{3, 4}",
		fits: func(c Cell) bool {
			return c.Context == "type parameter" || c.Form == "$P[0]" && strings.HasPrefix(c.Mode, "E(`") // of a string or a []byte
		},
	},
}
