package gen

// This file tests writing to a full disk, with a file system of one page.

import (
	"bytes"
	"errors"
	"path/filepath"
	"syscall"
	"testing"
)

func TestWriteFullDisk(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=16k"); err != nil {
		t.Skipf("cannot mount a small file system: %v", err)
	}
	defer func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	}()
	small := File{Path: filepath.Join(dir, "a_coroutine.go"), Content: []byte("new")}
	small.Old = put(t, small.Path, header+"old")
	large := File{Path: filepath.Join(dir, "b_coroutine.go"), Content: bytes.Repeat([]byte("x"), 1<<20)}
	large.Old = put(t, large.Path, header+"old")
	r := &Result{Files: []File{small, large}}
	if err := r.Write(); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("got %v, want no space left on device", err)
	}
	got := tree(t, dir)
	if len(got) != 2 || got["a_coroutine.go"] != header+"old" || got["b_coroutine.go"] != header+"old" {
		t.Errorf("the disk holds %d files: a is %q", len(got), got["a_coroutine.go"])
	}
}

// On a read-only file system, a file that is not up to date is an error, and a file that
// is up to date is not.
func TestWriteReadOnly(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=64k"); err != nil {
		t.Skipf("cannot mount a small file system: %v", err)
	}
	defer func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	}()
	f := File{Path: filepath.Join(dir, "a_coroutine.go"), Content: []byte(header + "old")}
	f.Old = put(t, f.Path, header+"old")
	put(t, filepath.Join(dir, ".coroutinegen-0123456789abcdef.tmp"), "")
	if err := syscall.Mount("", dir, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	r := &Result{Files: []File{f}, dirs: []string{dir}}
	if err := r.Write(); err != nil {
		t.Errorf("nothing had to be written: %v", err)
	}
	r.Files[0].Content = []byte("new")
	if err := r.Write(); !errors.Is(err, syscall.EROFS) {
		t.Errorf("got %v, want a read-only file system", err)
	}
	r.Files[0].Content = nil
	if err := r.Write(); !errors.Is(err, syscall.EROFS) {
		t.Errorf("got %v, want a read-only file system", err)
	}
	if got := tree(t, dir); len(got) != 2 || got["a_coroutine.go"] != header+"old" {
		t.Errorf("got %v", got)
	}
}
