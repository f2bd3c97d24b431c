package p

import "testing"

// A test may see what the source does.
func TestVisit(t *testing.T) { site{}.visit() }
