package fz

// Iterator functions of the standard library, and adapters that were proposed for it (issue 61898),
// as generators. Each is compared with iter.Pull.

import (
	"cmp"
	"fmt"
	"iter"
	"os"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// Those of package slices.

//coroutine:generator
func All[Slice ~[]E, E any](s Slice) iter.Seq2[int, E] {
	return func(yield func(int, E) bool) {
		for i, v := range s {
			if !yield(i, v) {
				return
			}
		}
	}
}

//coroutine:generator
func Backward[Slice ~[]E, E any](s Slice) iter.Seq2[int, E] {
	return func(yield func(int, E) bool) {
		for i := len(s) - 1; i >= 0; i-- {
			if !yield(i, s[i]) {
				return
			}
		}
	}
}

//coroutine:generator
func Chunk[Slice ~[]E, E any](s Slice, n int) iter.Seq[Slice] {
	if n < 1 {
		panic("cannot be less than 1")
	}
	return func(yield func(Slice) bool) {
		for i := 0; i < len(s); i += n {
			end := min(n, len(s[i:]))
			if !yield(s[i : i+end : i+end]) {
				return
			}
		}
	}
}

// Those of package strings.

//coroutine:generator
func Lines(s string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for len(s) > 0 {
			var line string
			if i := strings.IndexByte(s, '\n'); i >= 0 {
				line, s = s[:i+1], s[i+1:]
			} else {
				line, s = s, ""
			}
			if !yield(line) {
				return
			}
		}
	}
}

//coroutine:generator
func explodeSeq(s string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for len(s) > 0 {
			_, size := utf8.DecodeRuneInString(s)
			if !yield(s[:size]) {
				return
			}
			s = s[size:]
		}
	}
}

//coroutine:generator
func splitSeq(s, sep string, sepSave int, yield func(string) bool) {
	if len(sep) == 0 {
		for v := range explodeSeq(s) {
			if !yield(v) {
				return
			}
		}
		return
	}
	for {
		i := strings.Index(s, sep)
		if i < 0 {
			break
		}
		frag := s[:i+sepSave]
		if !yield(frag) {
			return
		}
		s = s[i+len(sep):]
	}
	yield(s)
}

//coroutine:generator
func FieldsSeq(s string) iter.Seq[string] {
	return func(yield func(string) bool) {
		start := -1
		for i := 0; i < len(s); {
			size := 1
			r := rune(s[i])
			isSpace := unicode.IsSpace(r)
			if r >= utf8.RuneSelf {
				r, size = utf8.DecodeRuneInString(s[i:])
				isSpace = unicode.IsSpace(r)
			}
			if isSpace {
				if start >= 0 {
					if !yield(s[start:i]) {
						return
					}
					start = -1
				}
			} else if start < 0 {
				start = i
			}
			i += size
		}
		if start >= 0 {
			yield(s[start:])
		}
	}
}

// The adapters.

//coroutine:generator
func Concat[V any](seqs ...iter.Seq[V]) iter.Seq[V] {
	return func(yield func(V) bool) {
		for _, seq := range seqs {
			for e := range seq {
				if !yield(e) {
					return
				}
			}
		}
	}
}

//coroutine:generator
func Filter[V any](f func(V) bool, seq iter.Seq[V]) iter.Seq[V] {
	return func(yield func(V) bool) {
		for v := range seq {
			if f(v) && !yield(v) {
				return
			}
		}
	}
}

//coroutine:generator
func Map[In, Out any](f func(In) Out, seq iter.Seq[In]) iter.Seq[Out] {
	return func(yield func(Out) bool) {
		for in := range seq {
			if !yield(f(in)) {
				return
			}
		}
	}
}

//coroutine:generator
func Limit[V any](seq iter.Seq[V], n int) iter.Seq[V] {
	return func(yield func(V) bool) {
		if n <= 0 {
			return
		}
		for v := range seq {
			if !yield(v) {
				return
			}
			if n--; n <= 0 {
				break
			}
		}
	}
}

//coroutine:generator
func Merge[V cmp.Ordered](x, y iter.Seq[V]) iter.Seq[V] {
	return func(yield func(V) bool) {
		next, stop := iter.Pull(y)
		defer stop()
		v2, ok2 := next()
		for v1 := range x {
			for ok2 && cmp.Less(v2, v1) {
				if !yield(v2) {
					return
				}
				v2, ok2 = next()
			}
			if !yield(v1) {
				return
			}
		}
		for ok2 {
			if !yield(v2) {
				return
			}
			v2, ok2 = next()
		}
	}
}

type Zipped[V1, V2 any] struct {
	V1  V1
	Ok1 bool
	V2  V2
	Ok2 bool
}

//coroutine:generator
func Zip[V1, V2 any](x iter.Seq[V1], y iter.Seq[V2]) iter.Seq[Zipped[V1, V2]] {
	return func(yield func(z Zipped[V1, V2]) bool) {
		next, stop := iter.Pull(y)
		defer stop()
		v2, ok2 := next()
		for v1 := range x {
			if !yield(Zipped[V1, V2]{v1, true, v2, ok2}) {
				return
			}
			v2, ok2 = next()
		}
		var zv1 V1
		for ok2 {
			if !yield(Zipped[V1, V2]{zv1, false, v2, ok2}) {
				return
			}
			v2, ok2 = next()
		}
	}
}

// where has another parameter that could be its yield, and hands it on in its place.
//
//coroutine:generator
func where(keep func(int) bool, yield func(int) bool, n int) bool {
	if n == 0 {
		return !keep(n) || yield(n)
	}
	return where(keep, yield, n-1) && (!keep(n) || yield(n)) && where(func(n int) bool { return !keep(n) }, yield, n-1)
}

// A permutation is a classic recursive generator, and so are the moves of the towers of Hanoi.
//
//coroutine:generator
func permutations(list []int, k int, yield func([]int) bool) bool {
	if k == len(list) {
		return yield(append([]int(nil), list...))
	}
	for i := k; i < len(list); i++ {
		list[k], list[i] = list[i], list[k]
		more := permutations(list, k+1, yield)
		list[k], list[i] = list[i], list[k]
		if !more {
			return false
		}
	}
	return true
}

//coroutine:generator
func hanoi(n int, from, to, over string, yield func(string, string) bool) bool {
	return n == 0 || hanoi(n-1, from, over, to, yield) && yield(from, to) && hanoi(n-1, over, to, from, yield)
}

//coroutine:generator
func queens(n int, row []int, yield func([]int) bool) bool {
	if len(row) == n {
		return yield(row)
	}
next:
	for c := range n {
		for r, d := range row {
			if d == c || d-c == len(row)-r || c-d == len(row)-r {
				continue next
			}
		}
		if !queens(n, append(row[:len(row):len(row)], c), yield) {
			return false
		}
	}
	return true
}

//coroutine:generator
func primes() iter.Seq[int] {
	return func(yield func(int) bool) {
		composite := map[int]int{}
		for n := 2; n < 40; n++ {
			p, ok := composite[n]
			if !ok {
				if !yield(n) {
					return
				}
				composite[n*n] = n
				continue
			}
			delete(composite, n)
			for m := n + p; ; m += p {
				if _, ok := composite[m]; !ok {
					composite[m] = p
					break
				}
			}
		}
	}
}

func ints(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		defer tell("ints end")
		for i := range n {
			if !yield(i * 3) {
				return
			}
		}
	}
}

//coroutine:async
func SubjectLibrary(s *rttest.Script) (string, error) {
	list := []string{"a", "b", "c", "d", "e"}
	same("All", func() puller { return gen2(AllPull(list)) }, func() puller { return pull2(All(list)) })
	same("Backward", func() puller { return gen2(BackwardPull(list)) }, func() puller { return pull2(Backward(list)) })
	for n := range 4 {
		same("Chunk", func() puller { return made(func() puller { return gen(ChunkPull(list, n)) }) },
			func() puller { return made(func() puller { return pull(Chunk(list, n)) }) })
	}
	text := "one two\n\nthrée  \n four"
	same("Lines", func() puller { return gen(LinesPull(text)) }, func() puller { return pull(Lines(text)) })
	for _, sep := range []string{"", "\n", "x"} {
		same("splitSeq", func() puller { return gen(splitSeqPull(text, sep, len(sep))) }, func() puller { return pull(func(y func(string) bool) { splitSeq(text, sep, len(sep), y) }) })
	}
	same("FieldsSeq", func() puller { return gen(FieldsSeqPull(text)) }, func() puller { return pull(FieldsSeq(text)) })
	return "", nil
}

// made returns what f makes, or a puller that says with what f panics.
func made(f func() puller) (p puller) {
	defer func() {
		if v := recover(); v != nil {
			says := func() string { return fmt.Sprint("made panics: ", v) }
			p = puller{says, says}
		}
	}()
	return f()
}

//coroutine:async
func SubjectAdapters(s *rttest.Script) (string, error) {
	odd := func(n int) bool { tell("odd %d", n); return n%2 == 1 }
	text := func(n int) string { return fmt.Sprintf("<%d>", n) }
	same("Concat", func() puller { return gen(ConcatPull(ints(2), ints(0), ints(3))) }, func() puller { return pull(Concat(ints(2), ints(0), ints(3))) })
	same("Filter", func() puller { return gen(FilterPull(odd, ints(6))) }, func() puller { return pull(Filter(odd, ints(6))) })
	same("Map", func() puller { return gen(MapPull(text, ints(3))) }, func() puller { return pull(Map(text, ints(3))) })
	same("Limit", func() puller { return gen(LimitPull(ints(9), 3)) }, func() puller { return pull(Limit(ints(9), 3)) })
	same("Merge", func() puller { return gen(MergePull(ints(4), primes())) }, func() puller { return pull(Merge(ints(4), primes())) })
	same("Zip", func() puller { return gen(ZipPull(ints(2), Map(text, ints(4)))) }, func() puller { return pull(Zip(ints(2), Map(text, ints(4)))) })
	same("all", func() puller {
		return gen(MapPull(text, Filter(odd, Limit(Concat(ints(5), primes()), 9))))
	}, func() puller { return pull(Map(text, Filter(odd, Limit(Concat(ints(5), primes()), 9)))) })
	return "", nil
}

//coroutine:async
func SubjectRecursive(s *rttest.Script) (string, error) {
	list := func() []int { return []int{1, 2, 3, 4} }
	third := func(n int) bool { return n%3 == 0 }
	same("where", func() puller { return gen(wherePull(third, 4)) }, func() puller { return pull(func(y func(int) bool) { where(third, y, 4) }) })
	same("permutations", func() puller { return gen(permutationsPull(list(), 0)) }, func() puller { return pull(func(y func([]int) bool) { permutations(list(), 0, y) }) })
	same("hanoi", func() puller { return gen2(hanoiPull(4, "a", "b", "c")) }, func() puller { return pull2(func(y func(string, string) bool) { hanoi(4, "a", "b", "c", y) }) })
	same("queens", func() puller { return gen(queensPull(6, nil)) }, func() puller { return pull(func(y func([]int) bool) { queens(6, nil, y) }) })
	same("primes", func() puller { return gen(primesPull()) }, func() puller { return pull(primes()) })
	return "", nil
}

// A puller is a generator of either kind, or iter.Pull.
type puller struct{ next, stop func() string }

func gen[V any](g rt.Generator[V]) puller {
	return puller{
		func() string { v, ok := g.Next(); return fmt.Sprint(v, ok) },
		func() string { g.Stop(); return "stopped" },
	}
}

func gen2[K, V any](g rt.Generator2[K, V]) puller {
	return puller{
		func() string { k, v, ok := g.Next(); return fmt.Sprint(k, v, ok) },
		func() string { g.Stop(); return "stopped" },
	}
}

func pull[V any](seq iter.Seq[V]) puller {
	next, stop := iter.Pull(seq)
	return puller{
		func() string { v, ok := next(); return fmt.Sprint(v, ok) },
		func() string { stop(); return "stopped" },
	}
}

func pull2[K, V any](seq iter.Seq2[K, V]) puller {
	next, stop := iter.Pull2(seq)
	return puller{
		func() string { k, v, ok := next(); return fmt.Sprint(k, v, ok) },
		func() string { stop(); return "stopped" },
	}
}

// same compares machine with reference: stopped before the first value, after each, and after the
// end, and resumed and stopped again after that.
func same(name string, machine, reference func() puller) {
	for n, ended := 0, false; !ended; n++ {
		script := strings.Repeat("n", n) + "snns"
		a, _ := driven(machine(), script)
		b, values := driven(reference(), script)
		if a != b {
			fmt.Printf("%s %q: the generator does%s\nand iter.Pull%s\n", name, script, a, b)
			os.Exit(1) // even if all versions are wrong alike
		}
		ended = values < n
	}
}

// said is what the functions say since the last step.
var said []string

func tell(format string, args ...any) { said = append(said, fmt.Sprintf(format, args...)) }

// driven returns what the calls in script return, panic with or end by Goexit, and what the
// function says meanwhile, and how many values there were: n is next, s is stop.
func driven(p puller, script string) (all string, values int) {
	for _, op := range script {
		done := make(chan string)
		said = nil
		go func() {
			result := "exit"
			defer func() {
				if v := recover(); v != nil {
					result = fmt.Sprint("panic ", v)
				}
				done <- result
			}()
			if op == 'n' {
				result = p.next()
			} else {
				result = p.stop()
			}
		}()
		result := <-done
		if strings.HasSuffix(result, "true") {
			values++
		}
		all += fmt.Sprintf("\n%c %s %s", op, result, said)
	}
	return all, values
}
