// Chained is "Chaining Coroutines" of the long answer "What is asyncio?": a coroutine awaits
// another one, and gives what it returns to a third. Of the three chains, each goes on as soon as
// its own first link is ready.
//
//	async def function1(n: int) -> str     func function1(n int) (string, error), with //coroutine:async
//	p1 = await function1(n)                p1, err := co.Await(function1Async(n))
//	await asyncio.gather(*(...))           co.Await(rt.Gather(xs...))
//
//	go run ./generated/answers/chained 11 8 5
package main

import (
	"fmt"
	"io"
	"log"
	"os"
	"strconv"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/example/answers/pyrandom"
	"github.com/coroutinegen/coroutinegen/rt"
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../../generated/answers/chained

func main() {
	args := []int{1, 2, 3}
	if len(os.Args) > 1 {
		args = nil
		for _, arg := range os.Args[1:] {
			n, err := strconv.Atoi(arg)
			if err != nil {
				log.Fatal(err)
			}
			args = append(args, n)
		}
	}
	p := &program{os.Stdout, pyrandom.Seed(444)}
	if _, err := rt.Run(p.runAsync(args...)); err != nil {
		log.Fatal(err)
	}
}

// ANSI colors
var colors = []string{
	"\033[0m",  // end of color
	"\033[31m", // red
	"\033[32m", // green
	"\033[36m", // cyan
	"\033[34m", // blue
}

// A program is what is global on the page.
type program struct {
	w      io.Writer
	random *pyrandom.Random
}

// print prints a line in a color.
func (p *program) print(color int, format string, args ...any) {
	fmt.Fprintf(p.w, colors[color]+format+colors[0]+"\n", args...)
}

//coroutine:async
func (p *program) function1(n int) (string, error) {
	i := p.random.Upto10()
	p.print(1, "function1(%d) is sleeping for %d seconds.", n, i)
	if err := co.Wait(rt.Sleep(time.Duration(i) * time.Second)); err != nil {
		return "", err
	}
	result := fmt.Sprintf("result%d-1", n)
	p.print(1, "Returning function1(%d) == %s.", n, result)
	return result, nil
}

//coroutine:async
func (p *program) function2(n int, arg string) (string, error) {
	i := p.random.Upto10()
	p.print(2, "function2(%d, '%s') is sleeping for %d seconds.", n, arg, i)
	if err := co.Wait(rt.Sleep(time.Duration(i) * time.Second)); err != nil {
		return "", err
	}
	result := fmt.Sprintf("result%d-2 derived from %s", n, arg)
	p.print(2, "Returning function2(%d, '%s') == %s.", n, arg, result)
	return result, nil
}

//coroutine:async
func (p *program) chain(n int) error {
	loop := co.Self().Loop()
	start := loop.Time()
	p1, err := co.Await(p.function1Async(n))
	if err != nil {
		return err
	}
	p2, err := co.Await(p.function2Async(n, p1))
	if err != nil {
		return err
	}
	p.print(3, "--> Chained result%d => %s (took %.2f seconds).", n, p2, (loop.Time() - start).Seconds())
	return nil
}

// run is main of the page, and what stands below it.
//
//coroutine:async
func (p *program) run(args ...int) error {
	loop := co.Self().Loop()
	start := loop.Time()
	var xs []rt.Expr[rt.Void]
	for _, n := range args {
		xs = append(xs, p.chainAsync(n))
	}
	if _, err := co.Await(rt.Gather(xs...)); err != nil {
		return err
	}
	end := loop.Time()
	p.print(4, "Program Start Time: %.1f\nProgram End Time: %.1f\nProgram Execution Time: %.2f seconds.",
		start.Seconds(), end.Seconds(), (end - start).Seconds())
	return nil
}
