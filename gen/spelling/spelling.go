// Package spelling guesses which word was meant where another one was written. The messages
// about unknown directives, functions, flags and topics end with the guess.
package spelling

// This file compares words.

import "strings"

// Nearest returns the one of words that word is, or is most likely a misspelling of. It
// returns "" if word is like none of them. The case of letters does not count. Of words that
// are equally near, the first is returned.
func Nearest(word string, words []string) string {
	best, least := "", -1
	for _, w := range words {
		d := Distance(strings.ToLower(word), strings.ToLower(w))
		if d <= tolerance(w) && (least < 0 || d < least) {
			best, least = w, d
		}
	}
	return best
}

// tolerance returns how many edits may turn word into a misspelling of it. Short words
// resemble too many others.
func tolerance(word string) int { return min(2, (len(word)+1)/3) }

// Distance returns the least number of edits that turn a into b. An edit inserts,
// deletes or replaces a letter, or swaps two neighbours.
func Distance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
