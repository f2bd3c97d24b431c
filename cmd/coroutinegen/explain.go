package main

// This file makes pages that explain machines, and writes, prints or serves them.

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"go/token"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/coroutinegen/coroutinegen/gen"
)

const explainUsage = `usage: coroutinegen explain [flags] [function] [packages]

Makes a page for the function, or for every async function and generator of the
packages: the source beside the machine, linked line by line; the states as a picture;
the frame, byte by byte. A page is one file that loads nothing. A method is named
Type.method, and a package has a dot or a slash in its name: ./server, not server.

  -o dir                     write the pages into dir, which is made if need be (explain)
  -serve host:port           serve them until Ctrl-C, and make them anew for each request
                             (-serve=localhost:0 chooses a port)
  -format html|svg|md|json   what to write; svg is the picture alone. The pages of one
                             function in svg, md or json are printed if -o is not there
  -play TestX                run this test of the packages, and let the pages play what the
                             machines did in it, step by step
  -mirror dir                explain the copy of the package in dir, which -o dir generates
  -goos, -goarch, -tags      explain this build

examples:

  coroutinegen explain                        all functions of this package, into ./explain
  coroutinegen explain -serve=localhost:8080 ./...
  coroutinegen explain -play=TestLogin login .
  coroutinegen explain -format=svg Server.handle ./server > handle.svg
`

// An explaining is the command line of explain.
type explaining struct {
	gen.Options
	function   string
	dir, serve string
	format     string
	play       string
}

func (x *explaining) flagSet() *flag.FlagSet {
	flags := flag.NewFlagSet("explain", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&x.dir, "o", "", "write the pages into `dir`")
	flags.StringVar(&x.serve, "serve", "", "serve the pages at `host:port`")
	flags.StringVar(&x.format, "format", "html", "what to write: html, svg, md or json")
	flags.StringVar(&x.play, "play", "", "play what the machines do in this `test`")
	flags.StringVar(&x.Output, "mirror", "", "explain the copy of the package in `dir`")
	flags.StringVar(&x.GOOS, "goos", "", "explain the build for this `GOOS`")
	flags.StringVar(&x.GOARCH, "goarch", "", "explain the build for this `GOARCH`")
	flags.StringVar(&x.Tags, "tags", "", "explain the build with these `tags`")
	return flags
}

// parseExplain reads the command line of explain.
func parseExplain(args []string, stderr io.Writer) (*explaining, error) {
	x := &explaining{}
	var err error
	if x.Patterns, err = parseFlags(x.flagSet(), args, explainUsage, stderr); err != nil {
		return nil, err
	}
	if len(x.Patterns) > 0 && isFunctionName(x.Patterns[0]) {
		x.function, x.Patterns = x.Patterns[0], x.Patterns[1:]
	}
	switch {
	case !slices.Contains(gen.ExplainFormats, x.format):
		return nil, usagef("-format must be one of %s, not %q", strings.Join(gen.ExplainFormats, ", "), x.format)
	case x.serve != "" && x.dir != "":
		return nil, usagef("-serve and -o exclude each other: pages are served or written")
	case x.serve != "" && x.format != "html":
		return nil, usagef("-serve serves html, not %s", x.format)
	case x.play != "" && x.GOOS != "" && x.GOOS != runtime.GOOS:
		return nil, usagef("-play runs a test on this system, %s, and so excludes -goos=%s", runtime.GOOS, x.GOOS)
	case x.play != "" && x.GOARCH != "" && x.GOARCH != runtime.GOARCH:
		return nil, usagef("-play runs a test on this system, %s, and so excludes -goarch=%s", runtime.GOARCH, x.GOARCH)
	}
	if _, _, err := net.SplitHostPort(x.serve); x.serve != "" && err != nil {
		return nil, usagef("-serve takes host:port, as in -serve=localhost:8080, not %q", x.serve)
	}
	return x, flagsFirst(x.Patterns, "the function or a package")
}

// isFunctionName reports whether arg is the name of a function or a method, and not a package.
// A package without a slash in its path is written as ./name.
func isFunctionName(arg string) bool {
	name, method, ok := strings.Cut(arg, ".")
	return token.IsIdentifier(name) && (!ok || token.IsIdentifier(method))
}

// explain does what the command line says.
func explain(args []string, stdout, stderr *output) error {
	x, err := parseExplain(args, stderr)
	if err != nil {
		return err
	}
	ctx, stop := untilInterrupted()
	defer stop()
	if x.serve != "" {
		return x.serveUntil(ctx, stderr)
	}
	pages, failed := x.pages(ctx, stderr)
	if len(pages) == 0 {
		return failed
	}
	if x.dir == "" && x.format != "html" && len(pages) == 1 {
		_, _ = stdout.Write(pages[0].Content) // stdout keeps its error
		return failed
	}
	dir := x.dir
	if dir == "" {
		dir = "explain"
	}
	if err := writePages(dir, pages); err != nil {
		return err
	}
	fmt.Fprintln(stdout, relative(filepath.Join(dir, firstPage(pages))))
	return failed
}

// pages makes the pages. If a test that they play fails, there are pages and an error.
func (x *explaining) pages(ctx context.Context, stderr *output) ([]gen.Page, error) {
	status := newStatusLine(stderr, after)
	opts := x.Options
	opts.Progress = status.show
	defer status.close()
	e, err := gen.Explain(ctx, opts, x.function)
	if err != nil {
		return nil, err
	}
	var failed error
	if x.play != "" {
		status.show("running %s", x.play)
		if failed = e.Play(ctx, x.play); failed != nil && !errors.As(failed, new(*gen.TestError)) {
			return nil, failed
		}
	}
	info, _ := debug.ReadBuildInfo()
	pages, err := e.Pages(x.format, versionLine(info))
	if err != nil {
		return nil, err
	}
	if len(pages) == 0 {
		return nil, fmt.Errorf("there is no %s of a function that is refused: -format=html says why it is", x.format)
	}
	return pages, failed
}

// firstPage returns the page to begin with: the list, or the only page of a function.
func firstPage(pages []gen.Page) string {
	var functions []string
	for _, p := range pages {
		if filepath.Base(p.Name) != "index.html" {
			functions = append(functions, p.Name)
		}
	}
	if len(functions) > 1 && slices.ContainsFunc(pages, func(p gen.Page) bool { return p.Name == "index.html" }) {
		return "index.html"
	}
	return functions[0]
}

// writePages writes pages below dir. It replaces pages that it wrote before, and no other file.
func writePages(dir string, pages []gen.Page) error {
	for _, p := range pages {
		path := filepath.Join(dir, filepath.FromSlash(p.Name))
		if old, err := os.ReadFile(path); err == nil && !gen.IsPage(old) {
			return fmt.Errorf("%s exists, and is no page of this tool: write into another directory, with -o", relative(path))
		}
	}
	for _, p := range pages {
		path := filepath.Join(dir, filepath.FromSlash(p.Name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(path, p.Content, 0o666); err != nil {
			return err
		}
	}
	return nil
}
