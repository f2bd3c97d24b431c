package gen

// This file defines the sizes above which a machine is built otherwise, because
// compilers go through large things again and again. A test can lower them.

// limits are the sizes up to which a machine is built as usual. Zero stands for the
// default.
type limits struct {
	// frames is the largest number of frames in a frame that another frame embeds.
	frames int
	// blocks is the largest number of blocks in one method. A machine with more is
	// split into parts of about part blocks each.
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
