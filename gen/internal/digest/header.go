package digest

// This file writes and reads the line of the header.

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Version is the version of the output. It grows when generated code needs something of
// package machine that earlier versions of the package do not have, and when digests are
// computed otherwise.
const Version = 1

// A Header is what the header of a generated file says of the file.
type Header struct {
	Version int    // of the output
	Text    string // digest of the file
	Funcs   []Func // the functions that the file is generated from, in its order
}

// A Func is an async function with its digest.
type Func struct{ Name, Digest string }

const (
	begin    = "// Digest: "
	indented = "//   "
	width    = 100 // longer lines are broken
)

// String returns the header as comment lines.
func (h Header) String() string {
	var b strings.Builder
	line := fmt.Sprintf("%sv%d %s", begin, h.Version, h.Text)
	for i, f := range h.Funcs {
		before, after := " ", ","
		if i == 0 {
			before = " of "
		}
		if i == len(h.Funcs)-1 {
			after = ""
		}
		word := f.Name + " " + f.Digest + after
		if i > 0 && len(line)+len(before)+len(word) > width {
			b.WriteString(line + "\n")
			line, before = indented, ""
		}
		line += before + word
	}
	return b.String() + line + "\n"
}

// ErrNone is the error of a file without a digest.
var ErrNone = errors.New("there is no digest")

var (
	headPattern = regexp.MustCompile(`^v([0-9]{1,9})(?: ([0-9a-f]{8})(?: of (.*))?)?$`)
	funcPattern = regexp.MustCompile(`^((?:[\pL_][\pL\pN_]*\.)?[\pL_][\pL\pN_]*) ([0-9a-f]{8})$`)
)

// Parse returns the header of a generated file. If text has no line with a digest before its
// package clause, the error is ErrNone. A header of another version may say more than Parse
// understands. Parse then returns the version alone.
func Parse(text []byte) (h Header, err error) {
	head, rest, found := lines(text)
	if !found {
		return h, ErrNone
	}
	version, _, _ := strings.Cut(head, " ")
	if n, err := strconv.Atoi(strings.TrimPrefix(version, "v")); err == nil && strings.HasPrefix(version, "v") && n >= 0 && n != Version {
		return Header{Version: n}, nil
	}
	m := headPattern.FindStringSubmatch(strings.Join(append([]string{head}, rest...), " "))
	if m == nil || m[2] == "" {
		return h, fmt.Errorf("the digest %q cannot be read", head)
	}
	h.Version, h.Text = Version, m[2]
	if m[3] == "" {
		return h, nil
	}
	for part := range strings.SplitSeq(m[3], ", ") {
		f := funcPattern.FindStringSubmatch(part)
		if f == nil || slices.ContainsFunc(h.Funcs, func(g Func) bool { return g.Name == f[1] }) {
			return Header{}, fmt.Errorf("the digest %q cannot be read", part)
		}
		h.Funcs = append(h.Funcs, Func{f[1], f[2]})
	}
	return h, nil
}

// lines returns the first line of the digest in text, without its prefix, and the lines that
// continue it.
func lines(text []byte) (head string, rest []string, found bool) {
	for line := range strings.Lines(string(text)) {
		line = strings.TrimRight(line, "\r\n")
		switch {
		case found && strings.HasPrefix(line, indented):
			rest = append(rest, strings.TrimPrefix(line, indented))
			continue
		case found || strings.HasPrefix(line, "package "):
			return head, rest, found
		}
		head, found = strings.CutPrefix(line, begin)
	}
	return head, rest, found
}

// Insert returns text, a generated file, with the header after line n.
func (h Header) Insert(text []byte, n int) []byte {
	at := 0
	for range n {
		at += strings.IndexByte(string(text[at:]), '\n') + 1
	}
	return slices.Concat(text[:at], []byte(h.String()), text[at:])
}
