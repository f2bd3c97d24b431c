package files

// This file implements the operations on names.

import (
	"io/fs"
	"os"

	"github.com/coroutinegen/coroutinegen/rt"
)

// ReadFile is [os.ReadFile].
func ReadFile(name string) rt.ThreadOp[[]byte] {
	return rt.ToThread(func() ([]byte, error) { return os.ReadFile(name) })
}

// WriteFile is [os.WriteFile]. The caller must not change data before the operation
// has ended.
func WriteFile(name string, data []byte, perm fs.FileMode) rt.ThreadOp[rt.Void] {
	return call(func() error { return os.WriteFile(name, data, perm) })
}

// ReadDir is [os.ReadDir].
func ReadDir(name string) rt.ThreadOp[[]fs.DirEntry] {
	return rt.ToThread(func() ([]fs.DirEntry, error) { return os.ReadDir(name) })
}

// Stat is [os.Stat].
func Stat(name string) rt.ThreadOp[fs.FileInfo] {
	return rt.ToThread(func() (fs.FileInfo, error) { return os.Stat(name) })
}

// Remove is [os.Remove].
func Remove(name string) rt.ThreadOp[rt.Void] {
	return call(func() error { return os.Remove(name) })
}

// Rename is [os.Rename].
func Rename(from, to string) rt.ThreadOp[rt.Void] {
	return call(func() error { return os.Rename(from, to) })
}

// MkdirAll is [os.MkdirAll].
func MkdirAll(name string, perm fs.FileMode) rt.ThreadOp[rt.Void] {
	return call(func() error { return os.MkdirAll(name, perm) })
}
