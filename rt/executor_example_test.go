package rt_test

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
)

// Functions that compute or block run on goroutines, two at a time. The loop runs other tasks
// in the meantime.
func ExampleRunInExecutor() {
	executor := rt.NewExecutor(2)
	count := func(text string) rt.ThreadOp[int] {
		return rt.RunInExecutor(executor, func(context.Context) (int, error) {
			return len(strings.Fields(text)), nil
		})
	}
	counts, err := rt.Run(rt.Timeout(time.Minute, rt.Gather[int](
		count("one"), count("one two"), count("one two three"))))
	fmt.Println(counts, err)
	// Output: [1 2 3] <nil>
}
