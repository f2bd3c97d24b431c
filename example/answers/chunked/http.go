package main

// This file has as much of HTTP as the response needs.

import (
	"fmt"
	"strings"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt/streams"
)

// readRequest reads the head of a GET request, and returns its path, or the status with which it
// is refused.
//
//coroutine:async
func readRequest(s *streams.Stream) (path, refused string, err error) {
	head, err := co.Await(s.ReadUntil("\r\n\r\n"))
	if err != nil {
		return "", "", err
	}
	line, _, _ := strings.Cut(string(head), "\r\n")
	fields := strings.Split(line, " ")
	switch {
	case len(fields) != 3:
		return "", "400 Bad Request", nil
	case fields[0] != "GET":
		return "", "405 Method Not Allowed", nil
	case fields[2] != "HTTP/1.1": // HTTP/1.0 has no chunks
		return "", "505 HTTP Version Not Supported", nil
	}
	return fields[1], "", nil
}

func refuse(s *streams.Stream, status string) {
	fmt.Fprintf(s, "HTTP/1.1 %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s\n", status, len(status)+1, status)
}

// A body is that of a chunked response. Its methods write to a buffer, and never wait.
type body struct {
	s     *streams.Stream
	ended bool
}

// sendChunked is send_chunked(conn, 200).
func sendChunked(s *streams.Stream) *body {
	s.WriteString("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n")
	return &body{s: s}
}

// chunk writes data, which must not be empty: an empty chunk is the end. After the end it writes
// nothing.
func (b *body) chunk(data string) {
	if !b.ended {
		fmt.Fprintf(b.s, "%x\r\n%s\r\n", len(data), data)
	}
}

func (b *body) end() {
	b.s.WriteString("0\r\n\r\n")
	b.ended = true
}
