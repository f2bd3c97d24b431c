package byhand

import (
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/asyncgen"
)

// Pages is generators.PagesAsync.
func Pages(pages, size int) *asyncgen.Generator[int, rt.Void, rt.Void] {
	return asyncgen.New("Pages", func(y asyncgen.Yielder[int, rt.Void]) rt.Expr[rt.Void] {
		return rt.NewCoroutine(&pagesFrame{y: y, pages: pages, size: size})
	})
}

type pagesFrame struct {
	y           asyncgen.Yielder[int, rt.Void]
	pages, size int
	page, i     int
	asked       rt.YieldOp
	yield       asyncgen.YieldOp[int, rt.Void]
	at          uint8
}

const (
	asking uint8 = iota + 1
	yielding
)

func (f *pagesFrame) Poll(t *rt.Task) (_ rt.Void, err error, ready bool) {
	switch f.at {
	case asking:
		goto asking
	case yielding:
		goto yielding
	}

page:
	if f.page == f.pages {
		return rt.Void{}, nil, true
	}
	f.asked = rt.Yield()
asking:
	if _, err, ready := f.asked.Poll(t); err != nil || !ready {
		f.at = asking
		return rt.Void{}, err, ready
	}
	f.i = 0

number:
	if f.i == f.size {
		f.page++
		goto page
	}
	f.yield = f.y.Yield(f.page*f.size + f.i)
yielding:
	if _, err, ready := f.yield.Poll(t); err != nil || !ready {
		f.at = yielding
		return rt.Void{}, err, ready
	}
	f.i++
	goto number
}

// SumPages is generators.SumPagesAsync. All numbers come to an end, so nothing is closed early.
func SumPages(numbers asyncgen.Iterator[int]) rt.Coroutine[int] {
	return rt.NewCoroutine(&sumPagesFrame{numbers: numbers})
}

type sumPagesFrame struct {
	numbers asyncgen.Iterator[int]
	sum     int
	next    asyncgen.NextOp[int]
	begun   bool
}

func (f *sumPagesFrame) Poll(t *rt.Task) (int, error, bool) {
	for {
		if !f.begun {
			f.next, f.begun = f.numbers.Next(), true
		}
		v, err, ready := f.next.Poll(t)
		if err != nil || !ready || !v.V2 {
			return f.sum, err, ready
		}
		f.sum += v.V1
		f.begun = false
	}
}

// A PageReader is the numbers on pages without a task of their own: the task that wants the next
// number asks the server.
type PageReader struct {
	pages, size int
	page, i     int
	asked       rt.YieldOp
	has         bool // the page
}

// NewPageReader returns the numbers on pages.
func NewPageReader(pages, size int) *PageReader { return &PageReader{pages: pages, size: size} }

// Next implements asyncgen.Iterator.
func (r *PageReader) Next() asyncgen.NextOp[int] { return asyncgen.NextOf(r) }

// Close implements asyncgen.Iterator.
func (r *PageReader) Close() asyncgen.CloseOp { return asyncgen.CloseOf(r) }

// PollNext implements asyncgen.Poller.
func (r *PageReader) PollNext(t *rt.Task, first bool) (v rt.Two[int, bool], err error, ready bool) {
	if r.has && r.i == r.size {
		r.page, r.i, r.has = r.page+1, 0, false
	}
	if r.page == r.pages {
		return v, nil, true
	}
	if !r.has {
		if first {
			r.asked = rt.Yield()
		}
		if _, err, ready := r.asked.Poll(t); err != nil || !ready {
			return v, err, ready
		}
		r.has = true
	}
	v.V1, v.V2 = r.page*r.size+r.i, true
	r.i++
	return v, nil, true
}

// PollClose implements asyncgen.Poller.
func (r *PageReader) PollClose(*rt.Task, bool) (error, bool) { return nil, true }
