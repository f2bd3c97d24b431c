package gen

// This file tests builds from source, in which the constructors of machines run the functions of
// the source.

import "testing"

// sourceTag is the build tag for which machine.FromSource is true.
const sourceTag = "-tags=coroutine_source"

// TestFromSource builds goldens from source: the branch in the constructor of a machine must do
// what the reference does.
func TestFromSource(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and runs programs")
	}
	build := newScratch(t)
	versions := []goldenVersion{{"source", Options{Backend: "goroutine"}}, {"machine", Options{}}}
	addGoldens(t, build, sample(t, goldens(t)), versions)
	if out, err := build.run("test", sourceTag, "-vet=all", noDWARF, "."); err != nil {
		t.Fatalf("built from source, the machines do not do what the reference does:\n%s", out)
	}
}
