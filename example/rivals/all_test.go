package rivals

// This file runs everything once: on the reference backend here, as machines in
// the mirror.

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/coroutinegen/coroutinegen/rt"
)

func TestAll(t *testing.T) {
	defer goleak.VerifyNone(t)
	const n = 200
	for name, x := range map[string]rt.Coroutine[rt.Void]{
		"spawnJoin":  spawnJoinAsync(n),
		"spawnMany":  spawnManyAsync(n),
		"yield":      yieldAsync(n),
		"ping":       pingAsync(n),
		"stream":     streamAsync(n, 16),
		"choose":     chooseAsync(n),
		"freeLock":   freeLockAsync(n),
		"sharedLock": sharedLockAsync(n),
		"permits":    permitsAsync(n),
		"events":     eventsAsync(n),
		"park":       parkAsync(n, func() {}),
		"feed":       feedAsync(n, 16),
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := rt.Run(x); err != nil {
				t.Error(err)
			}
		})
	}
}
