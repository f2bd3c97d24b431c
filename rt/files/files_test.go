package files_test

// This file tests real files on a loop with a fake clock.

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/files"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
)

func TestMain(m *testing.M) { testbed.Main(m) }

func await[T any](x rt.Expr[T]) (T, error) { return rt.Block(x) }

func run(t *testing.T, fn func() error) {
	t.Helper()
	if _, err := testbed.Run(t, testbed.Do(fn)); err != nil {
		t.Error(err)
	}
}

func TestFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "file")
	run(t, func() error {
		f, err := await(files.Create(name))
		if err != nil {
			return err
		}
		if f.Name() != name || f.OS() == nil {
			t.Errorf("name is %s", f.Name())
		}
		for _, step := range []func() error{
			func() error { _, err := await(f.Write([]byte("hello, world"))); return err },
			func() error { _, err := await(f.WriteAt([]byte("W"), 7)); return err },
			func() error { _, err := await(f.Truncate(10)); return err },
			func() error { _, err := await(f.Sync()); return err },
			func() error { _, err := await(f.SeekTo(2, io.SeekStart)); return err },
		} {
			if err := step(); err != nil {
				return err
			}
		}
		buf := make([]byte, 100)
		if n, err := await(f.Read(buf)); string(buf[:n]) != "llo, Wor" || err != nil {
			t.Errorf("read %q, %v", buf[:n], err)
		}
		if n, err := await(f.Read(buf)); n != 0 || err != io.EOF {
			t.Errorf("at the end: %d, %v", n, err)
		}
		if n, err := await(f.ReadAt(buf[:2], 1)); string(buf[:n]) != "el" || err != nil {
			t.Errorf("read %q, %v", buf[:n], err)
		}
		if info, err := await(f.Stat()); err != nil || info.Size() != 10 {
			t.Errorf("%v, %v", info, err)
		}
		if _, err := await(f.Close()); err != nil {
			return err
		}
		if _, err := await(f.Read(buf)); !errors.Is(err, fs.ErrClosed) {
			t.Errorf("read after close: %v", err)
		}
		return nil
	})
}

func TestNames(t *testing.T) {
	dir := t.TempDir()
	run(t, func() error {
		sub := filepath.Join(dir, "a", "b")
		if _, err := await(files.MkdirAll(sub, 0o700)); err != nil {
			return err
		}
		name := filepath.Join(sub, "one")
		if _, err := await(files.WriteFile(name, []byte("text"), 0o600)); err != nil {
			return err
		}
		if _, err := await(files.Rename(name, filepath.Join(sub, "two"))); err != nil {
			return err
		}
		if entries, err := await(files.ReadDir(sub)); err != nil || len(entries) != 1 || entries[0].Name() != "two" {
			return fmt.Errorf("%v, %w", entries, err)
		}
		name = filepath.Join(sub, "two")
		if got, err := await(files.ReadFile(name)); string(got) != "text" || err != nil {
			t.Errorf("read %q, %v", got, err)
		}
		if info, err := await(files.Stat(name)); err != nil || info.Size() != 4 {
			t.Errorf("%v, %v", info, err)
		}
		if _, err := await(files.Remove(name)); err != nil {
			return err
		}
		if _, err := await(files.Open(name)); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("open what is gone: %v", err)
		}
		return nil
	})
}
