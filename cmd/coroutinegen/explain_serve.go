package main

// This file serves pages that explain machines.

import (
	"context"
	"errors"
	"fmt"
	"html"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/coroutinegen/coroutinegen/gen"
)

// serveUntil serves the pages until ctx ends. They are made anew for each request for a list or a
// function, so that they show the source as it is now.
func (x *explaining) serveUntil(ctx context.Context, stderr *output) error {
	l, err := net.Listen("tcp", x.serve)
	if err != nil {
		return err
	}
	handler, reach := x.handler(stderr), "every machine that reaches this one can read the source"
	if isLoopback(l.Addr().String()) {
		handler, reach = onlyLoopback(handler), "only this machine can read it"
	}
	fmt.Fprintf(stderr, "serving on http://%s until Ctrl-C; %s\n", l.Addr(), reach)
	s := &http.Server{Handler: handler, BaseContext: func(net.Listener) context.Context { return ctx }, ReadHeaderTimeout: 10 * time.Second}
	stop := context.AfterFunc(ctx, func() { _ = s.Close() })
	defer stop()
	if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// onlyLoopback passes on requests for a name of this machine only. Otherwise a page from elsewhere
// could give its own name this address, and read the source.
func onlyLoopback(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isLoopback(r.Host) {
			http.Error(w, "only localhost is served here", http.StatusForbidden)
			return
		}
		h.ServeHTTP(w, r)
	})
}

// isLoopback reports whether host, perhaps with a port, is this machine as seen by itself.
func isLoopback(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// isForeign reports whether a page of another site asks, other than by a link to here. Each
// request makes work, and may run a test.
func isForeign(h http.Header) bool {
	site := h.Get("Sec-Fetch-Site")
	return (site == "cross-site" || site == "same-site") && h.Get("Sec-Fetch-Dest") != "document"
}

// handler returns the handler of requests.
func (x *explaining) handler(stderr *output) http.Handler {
	var one sync.Mutex // requests take turns: each goes through the packages
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "there is nothing to change here", http.StatusMethodNotAllowed)
			return
		}
		name := strings.TrimPrefix(r.URL.Path, "/")
		switch {
		case isForeign(r.Header):
			http.Error(w, "only pages from here may ask", http.StatusForbidden)
			return
		case name != "" && !strings.HasSuffix(name, ".html"):
			http.NotFound(w, r)
			return
		}
		one.Lock()
		pages, err := x.pages(r.Context(), stderr)
		one.Unlock()
		for _, header := range [][2]string{
			{"Content-Type", "text/html; charset=utf-8"},
			{"Cache-Control", "no-store"},
			{"X-Content-Type-Options", "nosniff"},
			{"Cross-Origin-Resource-Policy", "same-origin"},
			{"Referrer-Policy", "no-referrer"},
			{"Content-Security-Policy", "frame-ancestors 'none'"},
		} {
			w.Header().Set(header[0], header[1])
		}
		if len(pages) == 0 {
			w.WriteHeader(http.StatusInternalServerError)
			fmt.Fprintf(w, "<!DOCTYPE html><title>not generated</title><pre>%s</pre>", html.EscapeString(errorText(err)))
			return
		}
		if name == "" {
			name = firstPage(pages)
		}
		for _, p := range pages {
			if p.Name == name {
				_, _ = w.Write(p.Content) // the browser went away
				return
			}
		}
		http.NotFound(w, r)
	})
}

// errorText returns err as the tool prints it.
func errorText(err error) string {
	var list gen.Diagnostics
	if !errors.As(err, &list) {
		return err.Error()
	}
	var b strings.Builder
	_ = list.Print(&b, "") // a Builder does not fail
	return b.String()
}
