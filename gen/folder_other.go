//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package gen

// This file tidies up where directories cannot be locked. It assumes that a temporary
// file is abandoned after an hour.

import (
	"io/fs"
	"os"
	"time"
)

func lockFolder(_ *os.Root, tidy func(abandoned func(fs.FileInfo) bool)) (unlock func()) {
	tidy(func(info fs.FileInfo) bool { return time.Since(info.ModTime()) > time.Hour })
	return func() {}
}
