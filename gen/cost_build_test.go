package gen

// This file compares the time that gc takes for large machines with the time for the same
// functions on the reference backend.

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// costBuilt are the shapes whose machines are built: one function each, which is split.
var costBuilt = []string{"awaits", "branches", "branches that return", "branches with else"}

// TestCostOfBuild demands that building a machine takes at most three times as long as
// building its function on the reference backend. Both packages contain the function itself,
// too. The time is the user CPU time of the go command and its children. The median of several
// builds counts, and the two kinds of build alternate.
func TestCostOfBuild(t *testing.T) {
	if *costSizes == "" {
		t.Skip("builds functions of the sizes that -cost tells, such as 2500")
	}
	const runs, most = 3, 3.0
	for _, s := range costShapes {
		if !slices.Contains(costBuilt, s.name) || *costOnly != "" && !regexp.MustCompile(*costOnly).MatchString(s.name) {
			continue
		}
		for _, size := range strings.Split(*costSizes, ",") {
			n, err := strconv.Atoi(size)
			if err != nil {
				t.Fatal(err)
			}
			source := s.source(n)
			backends := []string{"machine", "goroutine"}
			texts := map[string]string{}
			for _, b := range backends {
				if texts[b], err = machineText(source, Options{Backend: b}); err != nil {
					t.Fatal(err)
				}
			}
			build := newScratch(t)
			took := map[string][]time.Duration{}
			for run := range runs + 1 {
				for _, b := range backends {
					build.add(b+"/in.go", source)
					build.add(b+"/in_coroutine.go", texts[b]+fmt.Sprintf("\n// Build %d.\n", run)) // no build is cached
					if d := build.cpu("build", "./"+b); run > 0 {                                  // the first run also builds the imports
						took[b] = append(took[b], d)
					}
				}
			}
			machine, reference := median(took["machine"]), median(took["goroutine"])
			ratio := machine.Seconds() / reference.Seconds()
			fmt.Printf("%-42s | %5d %6.2fs %6.2fs %5.2f\n", s.name, n, machine.Seconds(), reference.Seconds(), ratio)
			if ratio > most {
				t.Errorf("%s, %d: the machine builds in %.2f times the time of the reference: %v, %v", s.name, n, ratio, machine, reference)
			}
		}
	}
}

func median(list []time.Duration) time.Duration {
	slices.Sort(list)
	return list[len(list)/2]
}

// cpu runs the go command in the module and returns the user CPU time of the command and
// its children.
func (m *scratch) cpu(args ...string) time.Duration {
	m.t.Helper()
	cmd := m.command(args)
	if out, err := cmd.CombinedOutput(); err != nil {
		m.t.Fatalf("%v\n%s", err, cutText(string(out), 2000))
	}
	return cmd.ProcessState.UserTime()
}
