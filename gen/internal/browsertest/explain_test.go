package browsertest

// This file tests the pages that explain machines, as a person uses them.

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"github.com/coroutinegen/coroutinegen/gen"
	pages "github.com/coroutinegen/coroutinegen/gen/internal/page"
)

var pictures = flag.String("pictures", "", "write pictures of pages into this `dir`")

// explained writes the pages of the functions of a package of this repository, and returns the
// URL of one of them. If test is not "", the pages play it.
func explained(t *testing.T, dir, mirror, test, file string) string {
	t.Helper()
	root := filepath.Join("..", "..", "..")
	opts := gen.Options{Dir: filepath.Join(root, dir), Patterns: []string{"."}}
	if mirror != "" {
		opts.Output = filepath.Join(root, mirror)
	}
	e, err := gen.Explain(t.Context(), opts, "")
	if err != nil {
		t.Fatal(err)
	}
	if test != "" {
		if err := e.Play(t.Context(), test); err != nil {
			t.Fatal(err)
		}
	}
	list, err := e.Pages("html", "")
	if err != nil {
		t.Fatal(err)
	}
	out := t.TempDir()
	for _, p := range list {
		if err := os.WriteFile(filepath.Join(out, p.Name), p.Content, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return File(t, filepath.Join(out, file))
}

// eval returns the value of a JavaScript expression in the page.
func eval[T any](t *testing.T, ctx context.Context, expression string) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	return v
}

// picture writes a picture of the page, if the flag asks for that.
func picture(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	if *pictures == "" {
		return
	}
	png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.WriteFile(filepath.Join(*pictures, name+".png"), png, 0o666)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// marked returns a JavaScript expression for the texts of what is marked.
func marked(query string) string {
	return `[...document.querySelectorAll("` + query + `")].map(e => e.textContent.trim()).join("|")`
}

// TestLinks clicks at a line of the source, at a line of the machine, and at a node.
func TestLinks(t *testing.T) {
	ctx := Open(t)
	if err := chromedp.Do(ctx,
		chromedp.EmulateViewport(1600, 1200),
		chromedp.Navigate(explained(t, "example/proxy", "", "", "pipe.html")),
	); err != nil {
		t.Fatal(err)
	}
	read := eval[string](t, ctx, `[...document.querySelectorAll("[data-src]")].find(e => e.textContent.includes("co.Await(src.Read")).dataset.src`)
	click := func(query string) {
		t.Helper()
		if err := chromedp.Do(ctx, chromedp.Click(chromedp.CSS(query))); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
	}
	check := func(what, query, want string) {
		t.Helper()
		if got := eval[string](t, ctx, marked(query)); got != want {
			t.Errorf("%s: marked is %q, want %q", what, got, want)
		}
	}

	click(`[data-src="` + read + `"]`)
	check("a line of the source", "[data-out].pin", "f.read = f.src.Read(f.buf)|n, err, ready := f.read.Poll(t)")
	check("a line of the source", ".node.pin text:not(.small)", "loop|awaitRead")
	picture(t, ctx, "links-light")

	click(`[data-why="suspends"]`)
	check("a line that is not in the source", "[data-src].pin", "")
	if got := eval[string](t, ctx, `document.getElementById("status").textContent`); !strings.HasPrefix(got, "not in the source: suspends") {
		t.Errorf("the page says %q", got)
	}

	click(`.node.await`)
	if got := eval[string](t, ctx, marked("[data-src].pin")); !strings.Contains(got, "n, err := co.Await(src.Read(buf))") {
		t.Errorf("a node: marked in the source is %q", got)
	}
	if got := eval[string](t, ctx, marked("tr.dead code")); !strings.Contains(got, "write netio.WriteOp") || strings.Contains(got, "buf []byte") {
		t.Errorf("a node: the fields that are not needed are %q", got)
	}
	click(`.node.await`)
	check("the second click", ".pin", "")
	click(`tr[data-state="2"]`) // pipeAwaitWrite
	check("a state", ".node.pin text:not(.small)", "awaitWrite")

	// The mouse alone marks, too, and what it leaves is as before.
	hover := func(query string) {
		t.Helper()
		at := eval[[]float64](t, ctx, `(() => { const b = document.querySelector('`+query+`').getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2] })()`)
		if err := chromedp.Do(ctx, chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, at[0], at[1])); err != nil {
			t.Fatal(err)
		}
	}
	hover(`[data-src="` + read + `"]`)
	check("the mouse at a line", ".node.hit text:not(.small)", "loop|awaitRead")
	check("the mouse at a line", ".node.pin text:not(.small)", "awaitWrite")
	hover("header")
	check("the mouse elsewhere", ".hit", "")

	dark := func() string { return eval[string](t, ctx, `getComputedStyle(document.body).backgroundColor`) }
	before := dark()
	click("#theme")
	if after := dark(); after == before {
		t.Errorf("both themes have the background %s", after)
	}
	click(`.node.await`)
	picture(t, ctx, "links-dark")
}

// TestNarrow looks at a page on a telephone.
func TestNarrow(t *testing.T) {
	ctx := Open(t)
	if err := chromedp.Do(ctx,
		chromedp.EmulateViewport(390, 844),
		chromedp.Navigate(explained(t, "example/crawl", "", "", "crawl.html")),
	); err != nil {
		t.Fatal(err)
	}
	if width := eval[int](t, ctx, `document.documentElement.scrollWidth`); width > 390 {
		t.Errorf("the page is %d wide", width)
	}
	if small := eval[float64](t, ctx, `parseFloat(getComputedStyle(document.querySelector("[data-src]")).fontSize)`); small < 11 {
		t.Errorf("the letters of the source have %v px", small)
	}
	picture(t, ctx, "narrow")
}

// TestPlayer goes through a recorded run.
func TestPlayer(t *testing.T) {
	ctx := Open(t)
	if err := chromedp.Do(ctx,
		chromedp.EmulateViewport(1600, 1200),
		chromedp.Navigate(explained(t, "example/echo", "generated/echo", "TestHandle", "handle.html")),
	); err != nil {
		t.Fatal(err)
	}
	plays := eval[int](t, ctx, `data.plays.length`)
	if plays < 4 {
		t.Errorf("the page plays %d runs", plays)
	}
	// Ready, suspending, failing and cancelled at the await.
	for _, want := range []string{"conn read: ", "conn read suspends", "conn read fails", "is cancelled"} {
		if !eval[bool](t, ctx, `data.plays.some(p => p.moments.some(m => m.text.includes("`+want+`")))`) {
			t.Errorf("no run has the moment %q", want)
		}
	}
	eval[int](t, ctx, `(() => { // a run with a suspension
		const run = document.getElementById("run");
		run.value = data.plays.findIndex(p => p.moments.some(m => m.text.startsWith("suspends at echo.go")));
		return Number(run.value);
	})()`)
	suspended := false
	for range eval[int](t, ctx, `data.plays[document.getElementById("run").value].moments.length`) {
		if err := chromedp.Do(ctx, chromedp.Click(chromedp.ID("forward"))); err != nil {
			t.Fatal(err)
		}
		text := eval[string](t, ctx, `document.getElementById("moment").textContent`)
		switch {
		case strings.Contains(text, "conn read: "):
			if got := eval[string](t, ctx, marked("[data-src].pin")); got != "n, err := co.Await(conn.Read(buf))" {
				t.Errorf("%s: marked in the source is %q", text, got)
			}
		case strings.Contains(text, "suspends at echo.go"):
			suspended = true
			if got := eval[string](t, ctx, marked(".node.pin")); !strings.Contains(got, "await") {
				t.Errorf("%s: the node is %q", text, got)
			}
			if got := eval[string](t, ctx, marked("#values code")); !strings.Contains(got, "buf|4096 bytes") {
				t.Errorf("%s: the frame has %q", text, got)
			}
			picture(t, ctx, "player")
		}
	}
	if !suspended {
		t.Error("the run did not suspend")
	}
}

// TestHostile opens a page whose every text wants to be a script.
func TestHostile(t *testing.T) {
	const text = `</script><script>window.broken = 1</script><img src=x onerror="window.broken = 2">'"` + "`${window.broken = 3}"
	fn := &pages.Function{
		Name: text, Package: text, Doc: text, SourceFile: text, MachineFile: text,
		Source:    []pages.SourceLine{{No: 1, Text: text, Kind: "await"}},
		Machine:   []pages.OutputLine{{No: 1, Text: text, From: 1}, {No: 2, Text: text, Why: text, Block: -1}},
		Decisions: []pages.Decision{{Line: 1, Name: text, Text: text}},
		Refusals:  []pages.Refusal{{Line: 1, Code: text, Message: text, Remedy: text}},
		Python:    &pages.Python{Text: text, Reasons: []pages.Remark{{Text: text}}, Differences: []pages.Difference{{Subject: text, Go: text, Python: text}}},
		PlayNote:  text,
		Plays:     []pages.Play{{Name: text, Test: text, Moments: []pages.Moment{{Text: text, End: true, Fields: []pages.Value{{Name: text, Type: text, Value: text}}}}}},
		Machines: []*pages.Machine{{
			Name: text, States: []pages.State{{Name: text, Text: text}},
			Nodes: []pages.Node{{Kind: text, Title: text, Text: text, State: text}},
			Edges: []pages.Edge{{Kind: text, Label: text}},
			Frame: &pages.Frame{Name: text, Arch: text, Size: 8, Fields: []pages.Field{{Name: text, Type: text, Size: 8, Kind: text, Why: text, Live: []string{text}}}},
		}},
	}
	html, err := fn.HTML([]pages.Reason{{Word: text, Text: text}})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "hostile.html")
	if err := os.WriteFile(path, html, 0o666); err != nil {
		t.Fatal(err)
	}
	ctx := Open(t)
	if err := chromedp.Do(ctx, chromedp.Navigate(File(t, path)), chromedp.Click(chromedp.ID("forward"))); err != nil {
		t.Fatal(err)
	}
	if got := eval[string](t, ctx, `String(window.broken)`); got != "undefined" {
		t.Errorf("a text ran as a script: %s", got)
	}
	if n := eval[int](t, ctx, `document.querySelectorAll("img").length`); n > 0 {
		t.Errorf("a text became %d pictures", n)
	}
	if got := eval[string](t, ctx, `document.querySelector("[data-src]").textContent`); got != text {
		t.Errorf("the line of the source is %q", got)
	}
	// Even what got into the page would not run.
	got := eval[string](t, ctx, `(() => {
		const script = document.createElement("script");
		script.textContent = "window.broken = 4";
		document.body.append(script);
		return String(window.broken);
	})()`)
	if got != "undefined" {
		t.Error("the page runs scripts of others")
	}
}
