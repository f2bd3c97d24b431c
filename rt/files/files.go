// Package files provides files whose operations are awaited. No operating system reports when a
// file on a disk is ready. So each operation is a call of package os on another goroutine
// ([rt.ToThread]), while the loop goes on. [rt.WithExecutor] limits how many calls there are at
// the same time.
//
//	f, err := co.Await(files.Open("notes.txt"))
//	if err != nil {
//		return err
//	}
//	defer co.Wait(f.Close())
//	n, err := co.Await(f.Read(buf))
//
// A call that has begun cannot be interrupted: a cancelled await waits for the call and returns
// its result. For pipes and terminals, see [netio.FileConn]. To send a file over a connection,
// see [netio.Conn.Sendfile]. To read lines, see streams.FromReader.
package files

// This file implements the open file.

import (
	"io/fs"
	"os"

	"github.com/coroutinegen/coroutinegen/rt"
)

// A File is an open file. Each of its operations is the method of [os.File] with the same name,
// and has the same results and errors. Tasks of any loop may run several operations at the same
// time. In that case, operations that use the offset of the file run in any order.
type File struct{ file *os.File }

// New returns a File over f.
func New(f *os.File) *File { return &File{f} }

// Open is [os.Open].
func Open(name string) rt.ThreadOp[*File] { return OpenFile(name, os.O_RDONLY, 0) }

// Create is [os.Create].
func Create(name string) rt.ThreadOp[*File] {
	return OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o666)
}

// OpenFile is [os.OpenFile].
func OpenFile(name string, flag int, perm fs.FileMode) rt.ThreadOp[*File] {
	return rt.ToThread(func() (*File, error) {
		f, err := os.OpenFile(name, flag, perm)
		if err != nil {
			return nil, err
		}
		return &File{f}, nil
	})
}

// OS returns the file itself, for calls that may block.
func (f *File) OS() *os.File { return f.file }

// Name returns the name of the file as it was opened.
func (f *File) Name() string { return f.file.Name() }

// Read reads up to len(p) bytes into p. At the end of the file, the error is
// io.EOF. The caller must not use p before the operation has ended.
func (f *File) Read(p []byte) rt.ThreadOp[int] {
	return rt.ToThread(func() (int, error) { return f.file.Read(p) })
}

// ReadAt reads len(p) bytes, starting at offset.
func (f *File) ReadAt(p []byte, offset int64) rt.ThreadOp[int] {
	return rt.ToThread(func() (int, error) { return f.file.ReadAt(p, offset) })
}

// Write writes all of p.
func (f *File) Write(p []byte) rt.ThreadOp[int] {
	return rt.ToThread(func() (int, error) { return f.file.Write(p) })
}

// WriteAt writes all of p, starting at offset.
func (f *File) WriteAt(p []byte, offset int64) rt.ThreadOp[int] {
	return rt.ToThread(func() (int, error) { return f.file.WriteAt(p, offset) })
}

// SeekTo is Seek: it sets the offset of the next Read or Write.
func (f *File) SeekTo(offset int64, whence int) rt.ThreadOp[int64] {
	return rt.ToThread(func() (int64, error) { return f.file.Seek(offset, whence) })
}

// Stat returns the FileInfo of the file.
func (f *File) Stat() rt.ThreadOp[fs.FileInfo] {
	return rt.ToThread(func() (fs.FileInfo, error) { return f.file.Stat() })
}

// Truncate makes the file size bytes long.
func (f *File) Truncate(size int64) rt.ThreadOp[rt.Void] {
	return call(func() error { return f.file.Truncate(size) })
}

// Sync makes the disk store what was written.
func (f *File) Sync() rt.ThreadOp[rt.Void] { return call(f.file.Sync) }

// Close closes the file.
func (f *File) Close() rt.ThreadOp[rt.Void] { return call(f.file.Close) }

func call(fn func() error) rt.ThreadOp[rt.Void] {
	return rt.ToThread(func() (rt.Void, error) { return rt.Void{}, fn() })
}
