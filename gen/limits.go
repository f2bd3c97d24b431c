package gen

// This file says what is so large that its machine is built otherwise, because
// compilers go through it again and again. A test can make everything large.

// Limits are how large something may be and still be built as usual. Zero stands
// for the default.
type limits struct {
	// frames is how many frames may lie in one that another embeds.
	frames int
	// blocks is how many a machine may have and still be one method. If it has more,
	// each part is about as long as part says.
	blocks, part int
}

func (l limits) orDefault() limits {
	if l.frames == 0 {
		l.frames = 64
	}
	if l.blocks == 0 {
		l.blocks, l.part = 200, 32
	}
	return l
}
