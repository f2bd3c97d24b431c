//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package subprocess_test

import (
	"fmt"
	"os/exec"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/subprocess"
)

func ExampleRun() {
	result, err := rt.Run(subprocess.Run(exec.Command("sort"), []byte("pear\napple\n")))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s", result.Stdout)
	// Output:
	// apple
	// pear
}
