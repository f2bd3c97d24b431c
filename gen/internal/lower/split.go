package lower

// This file splits long functions: gc takes the square of the blocks of a function, as
// every await is a place where control may come in, and each may need the value of
// each local.

import "github.com/coroutinegen/coroutinegen/gen/internal/ir"

// Split makes parts of a function of more than most blocks, each of which becomes a method. They
// have about size blocks; an await is the last resort for a cut.
//
//	endIf32:                       part1:
//	    if n != 32 { goto endIf33 }    return endIf32
//	    ...                        part2, from endIf32:
//	                                   if n != 32 { goto endIf33 }
//	                                   ...
func Split(fn *ir.Graph, most, size int) {
	if len(fn.Blocks) <= most {
		return
	}
	part, n := 1, 0
	for _, b := range fn.Blocks {
		if n >= 2*size || n >= size && b.Await == nil {
			part, n = part+1, 0
		}
		b.Part = part
		n++
	}
	if part == 1 {
		return
	}
	fn.Parts = part
	for _, b := range fn.Blocks {
		b.Exits(func(x *ir.Exit) {
			if x.Jump != nil && x.Jump.To.Part != b.Part && x.Jump.To.Await == nil && x.Jump.To != fn.Unwind {
				x.Jump.To.Across = true
			}
		})
	}
}
