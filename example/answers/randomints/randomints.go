// Randomints is the last program of the long answer "What is asyncio?": three coroutines draw
// random numbers until one is above their threshold. None of them waits for the others, and each
// prints in a colour of its own.
//
//	async def generate_random_int(...)     //coroutine:async
//	await asyncio.sleep(indx + 1)          co.Wait(rt.Sleep(...))
//	await asyncio.gather(*(...))           co.Await(rt.Gather(xs...))
//	random.seed(444)                       pyrandom.Seed(444): the same numbers as Python's
//
// byhand has the machine as one would write it.
//
//	go run ./generated/answers/randomints
package main

import (
	"fmt"
	"io"
	"log"
	"os"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/example/answers/pyrandom"
	"github.com/coroutinegen/coroutinegen/rt"
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../../generated/answers/randomints

func main() {
	if _, err := rt.Run(programAsync(os.Stdout, pyrandom.Seed(444))); err != nil {
		log.Fatal(err)
	}
}

// ANSI colors
var colors = []string{
	"\033[0m",  // end of color
	"\033[31m", // red
	"\033[32m", // green
	"\033[36m", // cyan
	"\033[35m", // magenta
	"\033[34m", // blue
}

// generateRandomInt is generate_random_int.
//
//coroutine:async
func generateRandomInt(w io.Writer, r *pyrandom.Random, indx, threshold int) (int, error) {
	fmt.Fprintf(w, "%sInitiated generate_random_int(%d).\n", colors[indx+1], indx)
	i := r.Upto10()
	for i <= threshold {
		fmt.Fprintf(w, "%sgenerate_random_int(%d) == %d too low; retrying.\n", colors[indx+1], indx, i)
		if err := co.Wait(rt.Sleep(time.Duration(indx+1) * time.Second)); err != nil {
			return 0, err
		}
		i = r.Upto10()
	}
	fmt.Fprintf(w, "%s---> Finished: generate_random_int(%d) == %d%s\n", colors[indx+1], indx, i, colors[0])
	return i, nil
}

// gathered is main of the page. It returns the three numbers.
//
//coroutine:async
func gathered(w io.Writer, r *pyrandom.Random) ([]int, error) {
	var xs []rt.Expr[int]
	for i := range 3 {
		xs = append(xs, generateRandomIntAsync(w, r, i, 10-i-1))
	}
	return co.Await(rt.Gather(xs...))
}

// program is what the page has below if __name__ == "__main__". The clock is that of the loop.
//
//coroutine:async
func program(w io.Writer, r *pyrandom.Random) error {
	loop := co.Self().Loop()
	start := loop.Time()
	ints, err := co.Await(gatheredAsync(w, r))
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%s\nRandom INT 1: %d, Random INT 2: %d, Random INT 3: %d\n%s\n",
		colors[4], ints[0], ints[1], ints[2], colors[0])
	end := loop.Time()
	fmt.Fprintf(w, "%sProgram Start Time: %.1f\nProgram End Time: %.1f\nProgram Execution Time: %.2f seconds.%s\n",
		colors[5], start.Seconds(), end.Seconds(), (end - start).Seconds(), colors[0])
	return nil
}
