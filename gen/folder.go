package gen

// This file makes temporary files. Their names cannot be guessed. They never lie outside
// the directory that they belong to. The next run removes those that a killed process
// left behind.

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"

	"github.com/coroutinegen/coroutinegen/gen/internal/load"
)

// A folder is a directory to write to. Access through root follows no symbolic link out of
// the directory. While the folder is open, other processes do not tidy it up.
type folder struct {
	root   *os.Root
	unlock func()
}

// openFolder opens the directory dir, and makes it if it is missing. It removes the
// temporary files left behind there unless another process is writing to dir.
func openFolder(dir string) (*folder, error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	d := &folder{root: root}
	d.unlock = lockFolder(root, d.tidy)
	return d, nil
}

func (d *folder) close() {
	d.unlock()
	d.root.Close()
}

// tempName returns a new name for a temporary file, which the go command ignores. Tests
// replace it.
var tempName = func() string { return fmt.Sprintf(".coroutinegen-%016x.tmp", rand.Uint64()) }

// isTempName matches the names that tempName returns.
var isTempName = regexp.MustCompile(`^\.coroutinegen-[0-9a-f]{16}\.tmp$`)

// tidy removes the temporary files that abandoned reports as no longer in use.
func (d *folder) tidy(abandoned func(fs.FileInfo) bool) {
	entries, err := fs.ReadDir(d.root.FS(), ".")
	if err != nil {
		return
	}
	for _, e := range entries {
		if !isTempName.MatchString(e.Name()) {
			continue
		}
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() && abandoned(info) {
			_ = d.root.Remove(e.Name()) // a file that cannot be removed stays
		}
	}
}

// writeTemp writes content to a new temporary file, which will replace the file called
// name. It returns the name of the temporary file, also on an error if the file exists.
// A mode of 0 is the default mode of new files.
func (d *folder) writeTemp(name string, content []byte, mode fs.FileMode) (temp string, err error) {
	if dir := filepath.Dir(name); dir != "." {
		if err := d.root.MkdirAll(dir, 0o777); err != nil {
			return "", err
		}
	}
	var file *os.File
	for { // O_EXCL neither opens an existing file nor follows an existing link.
		temp = tempName()
		file, err = d.root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		if !errors.Is(err, fs.ErrExist) {
			break
		}
	}
	if err != nil {
		return "", err
	}
	_, err = file.Write(content)
	if err == nil && mode != 0 {
		err = file.Chmod(mode)
	}
	if err == nil {
		err = file.Sync() // some file systems only now find out that they are full
	}
	if closeErr := file.Close(); err == nil {
		err = closeErr
	}
	return temp, err
}

// replaceable returns the permissions of the file called name, or 0 if there is no such
// file. It returns an error if f must not replace that file.
func (d *folder) replaceable(f File, name string) (fs.FileMode, error) {
	info, err := d.root.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	if kind := load.Irregular(info.Mode()); kind != "" {
		return 0, fmt.Errorf("cannot write %s: it is %s, not a regular file; rename or remove it", f.Path, kind)
	}
	old := f.Old
	// The file may have been created or changed since Old was read.
	if text, err := d.root.ReadFile(name); err == nil {
		old = text
	} else if old == nil {
		return 0, err
	}
	return info.Mode().Perm(), notOurs(f, old)
}
