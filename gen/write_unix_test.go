//go:build unix

package gen

// This file tests writing with links, pipes and other processes, and after a process was
// killed.

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// mode returns the permissions of the file at path.
func mode(t *testing.T, path string) os.FileMode {
	t.Helper()
	info, err := os.Lstat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Mode()
}

// names replaces tempName by a function that returns the names of list, and after them
// those of the old function.
func names(t *testing.T, list ...string) (used *int) {
	used = new(int)
	before := tempName
	t.Cleanup(func() { tempName = before })
	tempName = func() string {
		*used++
		if *used <= len(list) {
			return list[*used-1]
		}
		return before()
	}
	return used
}

// An attacker who could guess the name of the temporary file would gain nothing.
func TestWriteFollowsNoLink(t *testing.T) {
	dir := t.TempDir()
	precious := filepath.Join(dir, "precious")
	put(t, precious, "precious")
	sub := filepath.Join(dir, "sub")
	f := File{Path: filepath.Join(sub, "x_coroutine.go"), Content: []byte("new")}
	f.Old = put(t, f.Path, header+"old")
	guessed := []string{".a.tmp", ".b.tmp", fmt.Sprintf(".x_coroutine.go.%d.tmp", os.Getpid())}
	for _, name := range guessed {
		if err := os.Symlink("../precious", filepath.Join(sub, name)); err != nil {
			t.Fatal(err)
		}
	}
	used := names(t, guessed...)
	if err := f.Write(); err != nil {
		t.Fatal(err)
	}
	if *used != 4 {
		t.Errorf("%d names were tried, want those of all links and one more", *used)
	}
	got := tree(t, dir)
	if got["precious"] != "precious" || got["sub/x_coroutine.go"] != "new" || len(got) != 5 {
		t.Errorf("got %v", got)
	}
}

func TestWriteNamesAreRandom(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		name := tempName()
		if seen[name] || !isTempName.MatchString(name) {
			t.Fatalf("%s: seen before, or not known as a temporary file", name)
		}
		seen[name] = true
	}
}

// A target that is not a regular file is refused at once, and is not changed.
func TestWriteIrregular(t *testing.T) {
	tests := []struct {
		name string
		make func(path string) error
		want string
	}{
		{"Pipe", func(path string) error { return syscall.Mkfifo(path, 0o666) }, "a named pipe"},
		{"Directory", func(path string) error { return os.Mkdir(path, 0o777) }, "a directory"},
		{"FullDirectory", func(path string) error { return os.MkdirAll(filepath.Join(path, "sub"), 0o777) }, "a directory"},
		{"Link", func(path string) error {
			return errors.Join(os.WriteFile(path+".to", []byte(header+"old"), 0o666), os.Symlink(filepath.Base(path)+".to", path))
		}, "a symbolic link"},
		{"LinkToNothing", func(path string) error { return os.Symlink("nothing", path) }, "a symbolic link"},
		{"LinkToItself", func(path string) error { return os.Symlink(filepath.Base(path), path) }, "a symbolic link"},
		{"LinkOutside", func(path string) error { return os.Symlink("/dev/null", path) }, "a device"},
		{"LinkToPipe", func(path string) error {
			return errors.Join(syscall.Mkfifo(path+".to", 0o666), os.Symlink(filepath.Base(path)+".to", path))
		}, "a named pipe"},
		{"Socket", func(path string) error {
			fd, err := syscall.Socket(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
			if err != nil {
				return err
			}
			defer syscall.Close(fd)
			return syscall.Bind(fd, &syscall.SockaddrUnix{Name: path})
		}, "a socket"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir, err := os.MkdirTemp("", "x") // short enough for the name of a socket
			if err != nil {
				t.Fatal(err)
			}
			defer os.RemoveAll(dir)
			first := File{Path: filepath.Join(dir, "a_coroutine.go"), Content: []byte("new")}
			put(t, first.Path, header+"old")
			second := File{Path: filepath.Join(dir, "b.go"), Content: []byte("new")}
			if err := test.make(second.Path); err != nil {
				t.Skip(err)
			}
			before := mode(t, second.Path)
			r := &Result{Files: []File{first, second}, dirs: []string{dir}}
			err = r.readOld()
			if err == nil {
				err = r.Write()
			}
			if err == nil || !strings.Contains(err.Error(), test.want+", not a regular file") {
				t.Errorf("got %v, want that it is %s", err, test.want)
			}
			if mode(t, second.Path) != before {
				t.Error("it is something else now")
			}
			text, err := os.ReadFile(first.Path)
			if err != nil || string(text) != header+"old" {
				t.Errorf("the other file holds %q, %v", text, err)
			}
			if left, _ := filepath.Glob(filepath.Join(dir, ".*")); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

// A file behind a link is not written if it is up to date.
func TestWriteThroughLinkUpToDate(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, "to"), "same")
	path := filepath.Join(dir, "x_coroutine.go")
	if err := os.Symlink("to", path); err != nil {
		t.Fatal(err)
	}
	r := &Result{Files: []File{{Path: path, Content: []byte("same")}}}
	if err := r.readOld(); err != nil || len(r.Stale()) != 0 {
		t.Errorf("got %v, and %d files to write", err, len(r.Stale()))
	}
}

// A link below a mirror is not followed out of the mirror.
func TestWriteStaysBelowRoot(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, "other", "a.txt"), "precious")
	put(t, filepath.Join(dir, "out", "x.go"), header)
	if err := os.Symlink("../other", filepath.Join(dir, "out", "sub")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a.txt", "b.txt"} {
		f := File{Path: filepath.Join(dir, "out", "sub", name), Content: []byte("new"), root: filepath.Join(dir, "out"), copied: []string{copyHash([]byte("precious"))}}
		if err := f.Write(); err == nil {
			t.Errorf("%s was written outside the mirror", name)
		}
	}
	if got := tree(t, filepath.Join(dir, "other")); got["a.txt"] != "precious" || len(got) != 1 {
		t.Errorf("got %v", got)
	}
}

func TestWriteKeepsPermissions(t *testing.T) {
	dir := t.TempDir()
	old := syscall.Umask(0o027)
	defer syscall.Umask(old)
	for name, want := range map[string]os.FileMode{"new.go": 0o640, "closed.go": 0o600, "open.go": 0o666, "fixed.go": 0o444} {
		f := File{Path: filepath.Join(dir, name), Content: []byte("new")}
		if name != "new.go" {
			f.Old = put(t, f.Path, header)
			if err := os.Chmod(f.Path, want); err != nil {
				t.Fatal(err)
			}
		}
		if err := f.Write(); err != nil {
			t.Fatal(err)
		}
		if got := mode(t, f.Path); got != want {
			t.Errorf("%s: mode %v, want %v", name, got, want)
		}
	}
}

// The next run removes the files that a killed run left behind, even if it has nothing to
// write.
func TestWriteAfterKill(t *testing.T) {
	dir := os.Getenv("WRITE_AND_DIE")
	if dir != "" {
		beforeReplacing = func() { syscall.Kill(os.Getpid(), syscall.SIGKILL); select {} }
		f := File{Path: filepath.Join(dir, "x_coroutine.go"), Content: []byte("new"), Old: []byte(header)}
		t.Fatal(f.Write())
	}
	dir = t.TempDir()
	put(t, filepath.Join(dir, "x_coroutine.go"), header)
	mine := []string{".coroutinegen-0123456789abcde.tmp", ".coroutinegen-0123456789abcdef.tmp.go", ".x_coroutine.go.4711.tmp"}
	for _, name := range mine {
		put(t, filepath.Join(dir, name), "mine")
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestWriteAfterKill$")
	cmd.Env = append(os.Environ(), "WRITE_AND_DIE="+dir)
	if out, err := cmd.CombinedOutput(); cmd.ProcessState.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		t.Fatalf("it was not killed: %v\n%s", err, out)
	}
	left, _ := filepath.Glob(filepath.Join(dir, ".coroutinegen-*.tmp"))
	if len(left) != 2 || tree(t, dir)["x_coroutine.go"] != header {
		t.Fatalf("it left %v behind, want one temporary file beside mine; and %v", left, tree(t, dir))
	}

	// Nothing is removed while another process writes to the directory.
	other, err := openFolderLocked(dir)
	if err != nil {
		t.Fatal(err)
	}
	r := &Result{dirs: []string{dir, filepath.Join(dir, "no", "such")}}
	if err := r.Write(); err != nil {
		t.Fatal(err)
	}
	if got := tree(t, dir); len(got) != 5 {
		t.Errorf("got %v", got)
	}
	other()
	if err := r.Write(); err != nil {
		t.Fatal(err)
	}
	if got := tree(t, dir); len(got) != 4 || got["x_coroutine.go"] != header {
		t.Errorf("got %v", got)
	}
}

// openFolderLocked opens and locks dir as another process does that writes to dir.
func openFolderLocked(dir string) (unlock func(), err error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return lockFolder(root, func(func(os.FileInfo) bool) {}), nil
}

// If no file may be larger than a few bytes, every file stays as it was.
func TestWriteFileLimit(t *testing.T) {
	dir := os.Getenv("WRITE_LIMITED")
	if dir == "" {
		dir = t.TempDir()
		put(t, filepath.Join(dir, "a_coroutine.go"), header+"old")
		put(t, filepath.Join(dir, "b_coroutine.go"), header+"old")
		cmd := exec.Command(os.Args[0], "-test.run=^TestWriteFileLimit$")
		cmd.Env = append(os.Environ(), "WRITE_LIMITED="+dir)
		out, err := cmd.CombinedOutput()
		if err != nil || !bytes.Contains(out, []byte(syscall.EFBIG.Error())) {
			t.Errorf("got %v\n%s", err, out)
		}
		if got := tree(t, dir); len(got) != 2 || got["a_coroutine.go"] != header+"old" || got["b_coroutine.go"] != header+"old" {
			t.Errorf("got %v", got)
		}
		return
	}
	signal.Ignore(syscall.SIGXFSZ)
	limit := syscall.Rlimit{Cur: 100, Max: 100}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	r := &Result{Files: []File{
		{Path: filepath.Join(dir, "a_coroutine.go"), Content: []byte("new"), Old: []byte(header)},
		{Path: filepath.Join(dir, "b_coroutine.go"), Content: bytes.Repeat([]byte("new"), 100), Old: []byte(header)},
	}}
	err := r.Write()
	fmt.Println(err)
	if !errors.Is(err, syscall.EFBIG) {
		t.Errorf("got %v", err)
	}
}

// If several processes write the same files at once, each file is whole at the end, and no
// temporary file remains.
func TestWriteAtOnce(t *testing.T) {
	dir := t.TempDir()
	text := func(n int) []byte { return []byte(header + strings.Repeat(fmt.Sprint(n), 10000)) }
	gone := put(t, filepath.Join(dir, "gone_coroutine.go"), header)
	var all sync.WaitGroup
	for n := range 8 {
		all.Go(func() {
			for range 20 {
				r := &Result{dirs: []string{dir}, Files: []File{
					{Path: filepath.Join(dir, "x_coroutine.go"), Content: text(n)},
					{Path: filepath.Join(dir, "gone_coroutine.go"), Old: gone},
				}}
				if err := r.Write(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	got := tree(t, dir)
	whole := false
	for n := range 8 {
		whole = whole || got["x_coroutine.go"] == string(text(n))
	}
	if len(got) != 1 || !whole {
		t.Errorf("%d files are there; x_coroutine.go is whole: %v", len(got), whole)
	}
}
