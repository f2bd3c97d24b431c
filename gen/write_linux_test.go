package gen

// This file tests writing to a disk that is full, on a file system of one page.

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
