package main

// This file has inner and outer as one would write them without yield: outer keeps inner, and
// hands on what is sent to it. The page's tunnel is the line after each case.

import (
	"fmt"
	"io"
)

// Where a generator stands.
const (
	begin = iota
	first
	second
	third
)

// innerByHand is inner.
type innerByHand struct {
	w      io.Writer
	begun  bool
	result int
}

func (g *innerByHand) send(in string) (int, bool) {
	if !g.begun {
		g.begun = true
		return 2, true
	}
	fmt.Fprintln(g.w, "inner", in)
	g.result = 3
	return 0, false
}

// outerByHand is outer.
type outerByHand struct {
	w     io.Writer
	inner innerByHand
	at    int
}

func (g *outerByHand) Next() (int, bool) { return g.Send("") }

func (g *outerByHand) Send(in string) (int, bool) {
	switch g.at {
	case begin:
		g.at = first
		return 1, true
	case first, second:
		g.inner.w = g.w
		g.at = second
		if v, ok := g.inner.send(in); ok {
			return v, true
		}
		fmt.Fprintln(g.w, "outer", g.inner.result)
		g.at = third
		return 4, true
	}
	return 0, false
}
