package gen

// This file tests builds from source, in which the constructors of machines run the functions of
// the source.

import "testing"

// fromSource is the build tag for which machine.FromSource is true.
const fromSource = "-tags=coroutine_source"

// TestFromSource builds goldens from source. There a machine is its source: the steps are those
// of the reference.
func TestFromSource(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and runs programs")
	}
	build := newScratch(t)
	versions := goldenVersions[:2] // source and machine
	addGoldens(t, build, sample(t, goldens(t)), versions)
	if out, err := build.run("test", fromSource, "-vet=all", noDWARF, "."); err != nil {
		t.Fatalf("built from source, the machines do not do what their sources do:\n%s", out)
	}
}
