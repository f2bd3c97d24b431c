package recording

// This file is the result of a comparison.

// A Comparison is what several versions of one coroutine did under the same scripts. The first
// version is the yardstick.
type Comparison struct {
	Test       string      `json:"test"`
	Versions   []Version   `json:"versions"`
	Scripts    int         `json:"scripts"`              // how many were run
	Difference *Difference `json:"difference,omitempty"` // the first one; nil: there is none
	Costs      []Cost      `json:"costs,omitempty"`      // nil: not measured, as the versions differ
}

// A Version is one way to write the coroutine.
type Version struct {
	Name   string   `json:"name"`
	Frames []Layout `json:"frames,omitempty"` // in the order of their names
}

// A Layout is the type of a frame that the version uses.
type Layout struct {
	Package string `json:"package"`          // import path
	Type    string `json:"type"`             // without type arguments
	Args    string `json:"args,omitempty"`   // type arguments
	Bytes   int64  `json:"bytes"`            // with the frames that are embedded in it
	Inside  bool   `json:"inside,omitempty"` // embedded in another one of the list
}

// A Difference is the first script under which the trace of a version is not that of the first.
type Difference struct {
	Script  string    `json:"script"`
	Version int       `json:"version"` // index of the version that differs from version 0
	Line    int       `json:"line"`    // index of the first line that differs
	Traces  [2]string `json:"traces"`  // of version 0 and of that version
}

// A Cost is what a run of each version took, with its task and what the test sets up for it, on
// the machine that made the recording. Times are without the collection of garbage.
type Cost struct {
	What  string     `json:"what"`  // which run
	Runs  []RunCost  `json:"runs"`  // by version
	Pairs []PairCost `json:"pairs"` // of each version with version 0; that of version 0 is 1
}

// RunCost is what one version took.
type RunCost struct {
	Objects     float64 `json:"objects"` // allocations
	Bytes       float64 `json:"bytes"`
	Nanoseconds float64 `json:"nanoseconds"` // the tenth percentile
}

// PairCost is how much longer a version took than version 0, of slices of time that were
// measured in turn.
type PairCost struct {
	Ratio float64 `json:"ratio"` // the median
	Low   float64 `json:"low"`   // the lower quartile
	High  float64 `json:"high"`  // the upper quartile
}
