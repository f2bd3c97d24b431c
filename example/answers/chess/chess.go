// Chess is the exhibition of "Questions and answers" ("What is asyncio?"): a master against 24
// opponents. He makes a move in 5 seconds, each of them in 55, and a game has 30 moves of each.
// One game after the other takes 24 * 30 * (5 + 55) seconds, 12 hours. If he goes from table to
// table, a round takes him 24 * 5 seconds, and all of it 30 rounds, an hour.
//
//	time.sleep(5)           the master moves: one task at a time has him (a lock)
//	await asyncio.sleep(55) the opponent moves: the master may be elsewhere
//
// It is the same game in both exhibitions, awaited by itself or gathered with the others. The lock
// is fair: whoever has waited longest is next, so the master goes round the tables by himself.
//
// Where the page says one hour, the last opponent has not answered yet: he has 55 seconds more.
//
// The page has no program, only the numbers. A second lasts as long as -second says: with 1 ms,
// twelve hours take 43 seconds. Timers of a millisecond are late, so the shorter a second is, the
// longer the exhibitions last. On the fake clock of the test they last as long as on the page.
//
//	go run ./generated/answers/chess
package main

import (
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/locks"
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../../generated/answers/chess

func main() {
	second := flag.Duration("second", time.Millisecond, "`duration` of a second")
	flag.Parse()
	for _, exhibition := range []rt.Coroutine[rt.Void]{
		synchronousAsync(os.Stdout, *second),
		asynchronousAsync(os.Stdout, *second),
	} {
		if _, err := rt.Run(exhibition); err != nil {
			log.Fatal(err)
		}
	}
	simultaneous(os.Stdout, *second)
}

// The assumptions of the page; times in seconds.
const (
	opponents = 24
	moves     = 30
	masters   = 5
	theirs    = 55
)

// game is one of the games.
//
//coroutine:async
func game(master *locks.Lock, second time.Duration) error {
	for range moves {
		if err := co.Wait(master.Acquire()); err != nil {
			return err
		}
		err := co.Wait(rt.Sleep(masters * second))
		master.Release()
		if err != nil {
			return err
		}
		if err := co.Wait(rt.Sleep(theirs * second)); err != nil {
			return err
		}
	}
	return nil
}

// synchronous is the first exhibition: a game begins when the one before is over.
//
//coroutine:async
func synchronous(w io.Writer, second time.Duration) error {
	began := co.Self().Loop().Time()
	master := new(locks.Lock)
	for n := 1; n <= opponents; n++ {
		if err := co.Wait(gameAsync(master, second)); err != nil {
			return err
		}
		if n == 1 || n == opponents {
			fmt.Fprintf(w, "synchronously: game %d is over after %v\n", n, since(began, second))
		}
	}
	return nil
}

// asynchronous is the second exhibition: all games at once.
//
//coroutine:async
func asynchronous(w io.Writer, second time.Duration) error {
	began := co.Self().Loop().Time()
	master := new(locks.Lock)
	games := make([]rt.Expr[rt.Void], opponents)
	for i := range games {
		games[i] = gameAsync(master, second)
	}
	if _, err := co.Await(rt.Gather(games...)); err != nil {
		return err
	}
	over := since(began, second)
	fmt.Fprintf(w, "asynchronously: %v, and %v for the last answer\n", over-theirs*time.Second, theirs*time.Second)
	return nil
}

// since returns the time that has passed since then by the clock of the loop, in the page's seconds.
func since(began, second time.Duration) time.Duration {
	return inSeconds(rt.Current().Loop().Time()-began, second)
}

func inSeconds(d, second time.Duration) time.Duration {
	return d.Round(second) / second * time.Second
}
