package main

import (
	"runtime"
	"runtime/debug"
	"testing"
)

func TestVersionLine(t *testing.T) {
	module := func(version string) debug.Module { return debug.Module{Version: version} }
	setting := func(key, value string) debug.BuildSetting { return debug.BuildSetting{Key: key, Value: value} }
	tests := []struct {
		info *debug.BuildInfo
		want string
	}{
		{nil, "coroutinegen (unknown version)"},
		{&debug.BuildInfo{}, "coroutinegen (unknown version)"},
		{&debug.BuildInfo{Main: module("v0.1.0")}, "coroutinegen v0.1.0"},
		{&debug.BuildInfo{Main: module("(devel)"), Settings: []debug.BuildSetting{setting("vcs.revision", "9af864c1d2e3f4a5b6c7"), setting("vcs.time", "2026-11-30T10:34:30Z"), setting("vcs.modified", "false")}},
			"coroutinegen (devel) (commit 9af864c1d2e3 of 2026-11-30T10:34:30Z)"},
		{&debug.BuildInfo{Main: module("(devel)"), Settings: []debug.BuildSetting{setting("vcs.revision", "9af"), setting("vcs.modified", "true")}},
			"coroutinegen (devel) (commit 9af, modified)"},
	}
	for _, test := range tests {
		want := test.want + " " + runtime.Version() + " " + runtime.GOOS + "/" + runtime.GOARCH
		if got := versionLine(test.info); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if a, b := printed(t, "-version"), printed(t, "version"); a != b || a == "" {
		t.Errorf("-version prints %q, and version %q", a, b)
	}
}
