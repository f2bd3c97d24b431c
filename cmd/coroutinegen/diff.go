package main

// This file prints the difference between two texts in unified format.

import (
	"fmt"
	"slices"
	"strings"
)

// around is how many unchanged lines stand around each change.
const around = 3

// unified returns the difference between the old and the new text of a file, or "" if
// there is none. A nil text means that the file does not exist.
func unified(name string, old, new []byte) string {
	a, b := lines(old), lines(new)
	edits := diffLines(a, b)
	var out strings.Builder
	for i := 0; i < len(edits); {
		if edits[i].op == ' ' {
			i++
			continue
		}
		// A hunk continues while fewer than two contexts of lines stand between changes.
		from, last := max(0, i-around), i
		for j := i; j < len(edits) && j <= last+2*around; j++ {
			if edits[j].op != ' ' {
				last = j
			}
		}
		to := min(len(edits), last+1+around)
		if out.Len() == 0 {
			fmt.Fprintf(&out, "--- %s\n+++ %s\n", side(name, old, "a/"), side(name, new, "b/"))
		}
		hunk(&out, edits[from:to])
		i = to
	}
	return out.String()
}

func side(name string, text []byte, prefix string) string {
	if text == nil {
		return "/dev/null"
	}
	return prefix + strings.ReplaceAll(name, `\`, "/")
}

// lines splits text after each newline.
func lines(text []byte) []string {
	list := strings.SplitAfter(string(text), "\n")
	return list[:len(list)-1+min(1, len(list[len(list)-1]))]
}

// edit is one line of a difference: ' ' in both, '-' in the old only, '+' in
// the new only.
type edit struct {
	op       byte
	line     string
	old, new int // index of the line, or of the place where it is missing
}

// hunk prints edits under their heading.
func hunk(out *strings.Builder, edits []edit) {
	olds, news := 0, 0
	for _, e := range edits {
		if e.op != '+' {
			olds++
		}
		if e.op != '-' {
			news++
		}
	}
	fmt.Fprintf(out, "@@ -%s +%s @@\n", extent(edits[0].old, olds), extent(edits[0].new, news))
	for _, e := range edits {
		fmt.Fprintf(out, "%c%s", e.op, e.line)
		if !strings.HasSuffix(e.line, "\n") {
			out.WriteString("\n\\ No newline at end of file\n")
		}
	}
}

// extent returns the place of a hunk on one side. An empty place is named by the line
// before it.
func extent(start, n int) string {
	if n == 0 {
		return fmt.Sprintf("%d,0", start)
	}
	if n == 1 {
		return fmt.Sprint(start + 1)
	}
	return fmt.Sprintf("%d,%d", start+1, n)
}

// maxEdits bounds the work of a search. Texts further apart than this have
// little in common that is worth showing.
const maxEdits = 1000

// diffLines returns a shortest list of edits from a to b. Between the lines that a and b
// have in common at both ends, it deletes all of a and inserts all of b if the two are
// very different.
func diffLines(a, b []string) []edit {
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	var edits []edit
	for i := range head {
		edits = append(edits, edit{' ', a[i], i, i})
	}
	for _, e := range search(a[head:len(a)-tail], b[head:len(b)-tail]) {
		e.old, e.new = e.old+head, e.new+head
		edits = append(edits, e)
	}
	for i := range tail {
		old, new := len(a)-tail+i, len(b)-tail+i
		edits = append(edits, edit{' ', a[old], old, new})
	}
	return edits
}

// search is the greedy algorithm of Myers. For d = 0, 1, ... and each diagonal k = x-y,
// it finds how far d edits can get, until d edits get to the end.
func search(a, b []string) []edit {
	n, m := len(a), len(b)
	limit := min(n+m, maxEdits)
	far := make([]int, 2*limit+3) // by diagonal; that of k has index middle+k
	middle := limit + 1
	var trace [][]int // far before each d
	for d := 0; n > 0 && m > 0 && d <= limit; d++ {
		trace = append(trace, append([]int(nil), far[middle-d-1:middle+d+2]...))
		for k := -d; k <= d; k += 2 {
			x := far[middle+k-1] + 1
			if k == -d || k != d && far[middle+k-1] < far[middle+k+1] {
				x = far[middle+k+1]
			}
			for x < n && x-k < m && a[x] == b[x-k] {
				x++
			}
			far[middle+k] = x
			if x >= n && x-k >= m {
				return backtrack(a, b, trace)
			}
		}
	}
	var edits []edit
	for i, line := range a {
		edits = append(edits, edit{'-', line, i, 0})
	}
	for i, line := range b {
		edits = append(edits, edit{'+', line, n, i})
	}
	return edits
}

// backtrack walks the trace of a search from its end to its beginning.
func backtrack(a, b []string, trace [][]int) []edit {
	x, y := len(a), len(b)
	var edits []edit
	for d := len(trace) - 1; d >= 0; d-- {
		k := x - y
		far := func(k int) int { return trace[d][k+d+1] }
		before := k - 1
		if k == -d || k != d && far(k-1) < far(k+1) {
			before = k + 1
		}
		fromX := far(before)
		if d == 0 {
			fromX, before = 0, 0
		}
		for x > fromX && y > fromX-before {
			x, y = x-1, y-1
			edits = append(edits, edit{' ', a[x], x, y})
		}
		switch {
		case d == 0:
		case before == k+1:
			y--
			edits = append(edits, edit{'+', b[y], x, y})
		default:
			x--
			edits = append(edits, edit{'-', a[x], x, y})
		}
	}
	slices.Reverse(edits)
	return edits
}
