package asyncio

// Gather is asyncio.gather: a future whose result is that of all, a []any in their order, or the
// first error.
func Gather(l *Loop, all ...Waitable) *Future {
	gathered := NewFuture(l)
	results := make([]any, len(all))
	left := len(all)
	if left == 0 {
		gathered.SetResult(results)
	}
	for i, w := range all {
		w.base().AddDoneCallback(func(f *Future) {
			v, err := f.Result()
			results[i] = v
			left--
			switch {
			case err != nil:
				gathered.SetException(err) // changes nothing after the first
			case left == 0:
				gathered.SetResult(results)
			}
		})
	}
	return gathered
}
