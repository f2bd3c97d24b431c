package main

// This file has the server that is made up.

import (
	"errors"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

const (
	pageSize = 2
	latency  = 50 * time.Millisecond // of each answer
)

var errServer = errors.New("server error")

// A server answers with up to pageSize issues at once. It belongs to one loop.
type server struct {
	issues   []string
	broken   bool  // it fails for the pages after the first one
	leaves   error // what it answers to a logout
	sessions int   // clients that are logged in
	requests int   // pages that were asked for
}

// A page is an answer of the server.
type page struct {
	issues []string
	next   int // where the next page begins; -1: there is none
}

//coroutine:async
func (s *server) login() error {
	if err := co.Wait(rt.Sleep(latency)); err != nil {
		return err
	}
	s.sessions++
	return nil
}

//coroutine:async
func (s *server) logout() error {
	if err := co.Wait(rt.Sleep(latency)); err != nil {
		return err
	}
	s.sessions--
	return s.leaves
}

// fetch returns the page that begins with an issue.
//
//coroutine:async
func (s *server) fetch(from int) (page, error) {
	s.requests++
	if err := co.Wait(rt.Sleep(latency)); err != nil {
		return page{}, err
	}
	if s.broken && from > 0 {
		return page{}, errServer
	}
	to := from + pageSize
	if to >= len(s.issues) {
		return page{issues: s.issues[from:], next: -1}, nil
	}
	return page{issues: s.issues[from:to], next: to}, nil
}
