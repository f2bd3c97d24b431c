//go:build linux || dragonfly || openbsd || solaris

package inputs

// This file reads the time of change of a file, which no program can set.

import (
	"io/fs"
	"syscall"
	"time"
)

// changeTime returns when the content or the attributes of a file were last changed.
func changeTime(info fs.FileInfo) time.Time {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return time.Unix(stat.Ctim.Unix())
	}
	return time.Time{}
}
