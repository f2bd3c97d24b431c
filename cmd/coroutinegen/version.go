package main

// This file prints the version of the tool.

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// printVersion prints one line.
func printVersion(args []string, stdout, _ *output) error {
	if len(args) > 0 {
		return usagef("version takes no arguments")
	}
	info, _ := debug.ReadBuildInfo()
	fmt.Fprintln(stdout, versionLine(info))
	return nil
}

// versionLine returns the version of the tool, the commit that it was built from, and the
// version of Go that it was built with. The go command records a commit if it builds the tool
// in a clone of the repository. info is nil if there is no record.
func versionLine(info *debug.BuildInfo) string {
	version, commit := "(unknown version)", ""
	if info != nil {
		if info.Main.Version != "" {
			version = info.Main.Version
		}
		settings := map[string]string{}
		for _, s := range info.Settings {
			settings[s.Key] = s.Value
		}
		if commit = settings["vcs.revision"]; commit != "" {
			commit = fmt.Sprintf(" (commit %.12s", commit)
			if t := settings["vcs.time"]; t != "" {
				commit += " of " + t
			}
			if settings["vcs.modified"] == "true" {
				commit += ", modified"
			}
			commit += ")"
		}
	}
	return fmt.Sprintf("coroutinegen %s%s %s %s/%s", version, commit, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
