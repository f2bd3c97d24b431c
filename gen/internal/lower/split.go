package lower

// This file splits long functions. Otherwise gc would take time proportional to the square
// of the number of blocks: control may enter at every await, and the value of each local
// may be needed there.

import "github.com/coroutinegen/coroutinegen/gen/internal/ir"

// Split divides a function of more than most blocks into parts. Each part has about size
// blocks and becomes a method. A part begins with an await only if no other block is near.
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
		b.Terminators(func(x *ir.Terminator) {
			if x.Jump != nil && x.Jump.To.Part != b.Part && x.Jump.To.Await == nil && x.Jump.To != fn.Unwind {
				x.Jump.To.Across = true
			}
		})
	}
}
