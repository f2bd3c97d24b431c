//go:build darwin || freebsd || netbsd

package inputs

// This file reads the time of change of a file, which no program can set, on systems that call it by another name.

import (
	"io/fs"
	"syscall"
	"time"
)

// changeTime returns when the content or the attributes of a file were last changed.
func changeTime(info fs.FileInfo) time.Time {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return time.Unix(stat.Ctimespec.Unix())
	}
	return time.Time{}
}
