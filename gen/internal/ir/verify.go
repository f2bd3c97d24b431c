package ir

// This file checks what must be true of blocks, whatever the source. It reports the bug of
// a stage before the output does.

import "fmt"

// Verify returns an error if something is wrong with the blocks of f.
func (f *Graph) Verify() error {
	if len(f.Blocks) == 0 {
		return fmt.Errorf("internal error: %s has no blocks", f.Name)
	}
	v := &verifier{fn: f, blocks: map[*Block]bool{}, vars: map[*Var]bool{}, armed: map[*Await]int{}}
	for _, b := range f.Blocks {
		v.blocks[b] = true
	}
	for _, x := range f.Vars {
		v.vars[x] = true
	}
	if f.Blocks[0].Await != nil {
		v.fail("it begins with an await that nothing made ready")
	}
	for _, b := range f.Blocks {
		v.block(b)
	}
	for _, a := range f.Awaits {
		switch n := v.armed[a]; {
		case a.Direct != nil && n > 0:
			v.fail("%s is polled where it is, yet made ready", a.Text)
		case a.Direct == nil && n != 1 && !(a.Early && n == 0): // never deferred
			v.fail("%s is made ready %d times", a.Text, n)
		}
	}
	return v.err
}

type verifier struct {
	fn     *Graph
	blocks map[*Block]bool
	vars   map[*Var]bool
	armed  map[*Await]int
	err    error // the first error
}

func (v *verifier) fail(format string, args ...any) {
	if v.err == nil {
		v.err = fmt.Errorf("internal error: %s: %s\n%s", v.fn.Name, fmt.Sprintf(format, args...), v.fn.FormatBlocks())
	}
}

func (v *verifier) block(b *Block) {
	Mentions(v.fn.Func, b, func(x *Var, _ bool) {
		if !v.vars[x] {
			v.fail("%s is mentioned but not declared", x.Name)
		}
	})
	if a := b.Await; a != nil {
		if n := a.Form.Results(); len(a.Dst) > n {
			v.fail("%s has %d results for %d", a.Text, n, len(a.Dst))
		}
	}
	b.Walk(func(in *Seq, i int) {
		switch {
		case i < len(in.Nodes):
			v.node(b, in, i)
		case in.End != nil:
			v.terminate(in.End)
		}
	})
}

func (v *verifier) node(b *Block, s *Seq, i int) {
	last := i == len(s.Nodes)-1
	switch n := s.Nodes[i].(type) {
	case *Arm:
		v.armed[n.Await]++
		if !n.Await.Early && (s != &b.Seq || !last || s.End == nil || s.End.Jump == nil || s.End.Jump.To.Await != n.Await) {
			v.fail("%s is made ready in %s but not awaited next", n.Await.Text, b.name())
		}
	case *Plain:
		n.Code.Terminators(v.terminate)
		if n.Ends && (!last || s.End != nil) {
			v.fail("something follows a statement that control does not come out of, in %s", b.name())
		}
	}
}

func (v *verifier) terminate(x *Terminator) {
	switch {
	case x.Jump == nil && x.Return == nil:
		v.fail("a terminator is neither a jump nor a return")
	case x.Return != nil && (x.Jump != nil) != v.fn.Parks && x.Return.Pos.IsValid():
		v.fail("a return does not run the deferred calls")
	case x.Jump != nil && x.Jump.To == nil:
		v.fail("a %s leads nowhere", x.Jump.Tok)
	case x.Jump != nil && !v.blocks[x.Jump.To]:
		v.fail("a jump leads to the removed block %s", x.Jump.To.name())
	}
}
