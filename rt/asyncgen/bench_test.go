package asyncgen_test

// This file measures what a value costs.

import (
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
)

func benchmark(b *testing.B, name string) {
	l, err := rt.NewLoop()
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	b.ReportAllocs()
	if _, err := rt.RunUntilComplete(l, patterns[name](b.N)); err != nil {
		b.Fatal(err)
	}
}

func BenchmarkNext(b *testing.B) { benchmark(b, "next") }
func BenchmarkSend(b *testing.B) { benchmark(b, "send") }
func BenchmarkMap(b *testing.B)  { benchmark(b, "map") }
