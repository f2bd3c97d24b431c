package browsertest

import (
	"bytes"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

func TestMain(m *testing.M) { Main(m) }

// page writes a page with the given body and returns its URL.
func page(t *testing.T, body string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a page.html")
	text := "<!doctype html>\n<meta charset=utf-8>\n<title>page</title>\n" + body
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return File(t, path)
}

// TestOpen opens a page, clicks, and looks at it.
func TestOpen(t *testing.T) {
	ctx := Open(t)
	url := page(t, `
<button id=more>0</button>
<script>
const more = document.getElementById("more");
more.onclick = () => { more.textContent++; };
</script>`)
	if err := chromedp.Do(ctx,
		chromedp.EmulateViewport(390, 844),
		chromedp.Navigate(url),
		chromedp.Click(chromedp.ID("more")),
		chromedp.Click(chromedp.ID("more")),
	); err != nil {
		t.Fatal(err)
	}
	got, err := chromedp.Run(ctx, chromedp.Text(chromedp.ID("more")))
	if err != nil || got != "2" {
		t.Errorf("after two clicks the button says %q, %v", got, err)
	}
	picture, err := chromedp.Run(ctx, chromedp.FullScreenshot(100)) // 100: a PNG
	if err != nil {
		t.Fatal(err)
	}
	config, err := png.DecodeConfig(bytes.NewReader(picture))
	if err != nil || config.Width != 390 {
		t.Errorf("the picture is %d wide, %v; want 390", config.Width, err)
	}
}

// TestComplaints demands that what goes wrong in a page is noticed.
func TestComplaints(t *testing.T) {
	ctx := start(t)
	wrong, err := watch(ctx)
	if err != nil {
		t.Fatal(err)
	}
	before := 0
	for _, test := range []struct{ body, want string }{
		{"<p>all is well <img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='>", ""},
		{"<script>nowhere()</script>", "a script threw an exception: Uncaught ReferenceError: nowhere is not defined"},
		{"<script>Promise.reject(new Error('late'))</script>", "a script threw an exception: Uncaught (in promise) Error: late"},
		{"<script>console.error('oh', 1)</script>", `a script logged an error: "oh" 1`},
		{"<img src='http://localhost:1/x.png'>", "a page loads http://localhost:1/x.png"},
	} {
		if err := chromedp.Do(ctx, chromedp.Navigate(page(t, test.body))); err != nil {
			t.Fatal(err)
		}
		all := wrong()
		got := strings.Join(all[before:], "\n")
		before = len(all)
		if first, _, _ := strings.Cut(got, "\n"); first != test.want {
			t.Errorf("%s: got %q, want %q", test.body, got, test.want)
		}
	}
}

// TestMissing runs a test binary that finds no browser: it skips loudly, and in CI it fails.
func TestMissing(t *testing.T) {
	for _, test := range []struct {
		ci, want string
		fails    bool
	}{
		{"CI=", "SKIP: these tests need Chromium", false},
		{"CI=true", "FAIL: these tests need Chromium", true},
	} {
		cmd := exec.Command(os.Args[0], "-test.run=TestOpen")
		cmd.Env = append(os.Environ(), "PATH=", test.ci)
		out, err := cmd.CombinedOutput()
		if !strings.HasPrefix(string(out), test.want) || !strings.Contains(string(out), "apt-get install chromium") || (err != nil) != test.fails {
			t.Errorf("%s: %v\n%s", test.ci, err, out)
		}
		if says := strings.Contains(string(out), "\ntesting: warning: no tests to run\n"); says == test.fails {
			t.Errorf("%s: go test does not say what it should:\n%s", test.ci, out)
		}
	}
}
