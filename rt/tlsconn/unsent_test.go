package tlsconn_test

import (
	"errors"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
	"github.com/coroutinegen/coroutinegen/rt/streams"
)

// A layer buffers what it encrypts, and the connection below it may be unable to take that when
// the loop ends. The data is lost, and Run reports that.
func TestRunReportsWhatIsEncryptedAndNotSent(t *testing.T) {
	for name, version := range versions {
		t.Run(name, func(t *testing.T) {
			const size = 8000
			a, b := rttest.NewPipe(nil, "a", "b", 2000)
			_, err := testbed.RunFake(t, do(func() error {
				client, _, err := pair(a, b, version)
				if err != nil {
					return err
				}
				_, err = streams.NewWriter(client).Write(make([]byte, size))
				yields(3)
				return err
			}))
			unsent, ok := errors.AsType[*rt.UnsentError](err)
			if !ok || len(unsent.Lost) != 1 || unsent.Lost[0].Bytes != size {
				t.Errorf("Run returned %v", err)
			}
		})
	}
}
