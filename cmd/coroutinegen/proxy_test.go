package main

// This file publishes this repository for scripts: as a module proxy has it, in a directory.

import (
	"archive/zip"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// publish makes a module proxy of a directory, with this repository in a version.
func publish(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: publish directory version")
	}
	const module = "github.com/coroutinegen/coroutinegen"
	repo, version := ts.Getenv("REPO"), args[1]
	dir := filepath.Join(ts.MkAbs(args[0]), filepath.FromSlash(module), "@v")
	ts.Check(os.MkdirAll(dir, 0o777))
	write := func(name string, data []byte) { ts.Check(os.WriteFile(filepath.Join(dir, name), data, 0o666)) }
	mod, err := os.ReadFile(filepath.Join(repo, "go.mod"))
	ts.Check(err)
	write("list", []byte(version+"\n"))
	write(version+".info", fmt.Appendf(nil, `{"Version": %q}`, version))
	write(version+".mod", mod)
	file, err := os.Create(filepath.Join(dir, version+".zip"))
	ts.Check(err)
	ts.Check(archive(file, repo, module+"@"+version+"/"))
	ts.Check(file.Close())
}

// archive writes the files of the module in root to a zip file, as a proxy has it. It leaves out
// hidden files, and other modules below root.
func archive(file *os.File, root, prefix string) error {
	z := zip.NewWriter(file)
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if path == root {
			return nil
		}
		if strings.HasPrefix(d.Name(), ".") {
			if d.IsDir() {
				return filepath.SkipDir
			}
			return nil
		}
		if d.IsDir() {
			if _, err := os.Stat(filepath.Join(path, "go.mod")); err == nil {
				return filepath.SkipDir
			}
			return nil
		}
		if !d.Type().IsRegular() {
			return nil
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		w, err := z.Create(prefix + filepath.ToSlash(name))
		if err != nil {
			return err
		}
		_, err = w.Write(data)
		return err
	})
	if err != nil {
		return err
	}
	return z.Close()
}
