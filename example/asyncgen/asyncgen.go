// Asyncgen lists the issues of a server, made up here, whose answers come in pages. It asks for a
// page only if somebody wants an issue of it.
//
//	go run ./generated/asyncgen
package main

import (
	"errors"
	"fmt"
	"log"
	"strings"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../generated/asyncgen

func main() {
	s := &server{issues: []string{
		"crash at start", "typo in the manual", "crash on Windows", "slow search", "crash after an hour",
	}}
	if _, err := rt.Run(showAsync(s)); err != nil {
		log.Fatal(err)
	}
}

// show prints all issues, and the first one about a search.
//
//coroutine:async
func show(s *server) (err error) {
	for issue := range co.Each(issuesAsync(s), &err) {
		fmt.Println(issue)
	}
	if err != nil {
		return err
	}
	before := s.requests
	found, err := co.Await(findAsync(s, "Windows"))
	fmt.Printf("found %q in %d pages\n", found, s.requests-before)
	return err
}

// find returns the first issue that contains word, or "". Then it wants no more issues: the
// generator is closed, and has logged out before find returns.
//
//coroutine:async
func find(s *server, word string) (found string, err error) {
	for issue := range co.Each(issuesAsync(s), &err) {
		if strings.Contains(issue, word) {
			return issue, nil // or the error of logging out
		}
	}
	return "", err
}

// issues hands out the issues of a server, one by one. While it does, it is logged in.
//
//coroutine:async
//coroutine:generator
func issues(y co.AsyncYielder[string, rt.Void], s *server) (err error) {
	if err := co.Wait(s.loginAsync()); err != nil {
		return err
	}
	defer func() { // however issues ends
		if failed := co.Wait(s.logoutAsync()); failed != nil {
			err = errors.Join(err, failed)
		}
	}()
	for next := 0; next >= 0; {
		p, err := co.Await(s.fetchAsync(next))
		if err != nil {
			return fmt.Errorf("page at %d: %w", next, err)
		}
		for _, issue := range p.issues {
			if err := co.Wait(y.Yield(issue)); err != nil {
				return err
			}
		}
		next = p.next
	}
	return nil
}
