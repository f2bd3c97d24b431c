//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package gen

// This file lets processes agree on a folder. Processes that write to it share a lock on
// the directory. A process that tidies it up holds the lock alone.

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// lockFolder calls tidy if no other process writes to the folder root. It then takes the
// lock of a process that writes, which unlock releases.
func lockFolder(root *os.Root, tidy func(abandoned func(fs.FileInfo) bool)) (unlock func()) {
	dir, err := root.Open(".")
	if err != nil {
		return func() {}
	}
	if flock(dir, syscall.LOCK_EX|syscall.LOCK_NB) == nil {
		tidy(func(fs.FileInfo) bool { return true })
	}
	// Some network file systems have no locks. No process tidies up there.
	_ = flock(dir, syscall.LOCK_SH)
	return func() { dir.Close() }
}

func flock(f *os.File, how int) error {
	for {
		err := syscall.Flock(int(f.Fd()), how)
		if !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}
