// Restaurant is the waiter of "Questions and answers" ("What is asyncio?"): three guests take 10, 5
// and 1 minutes to decide. A waiter who stands at a table until its guest has decided needs 16
// minutes. One who awaits all three needs 10, and no guest waits for him.
//
//	time.sleep(minutes)                  the waiter stands there (table, awaited by itself)
//	await asyncio.gather(c, a, b)        co.Await(rt.Gather(...)): he goes to the next table meanwhile
//	one waiter for each guest            a goroutine for each guest (waiters.go)
//
// The page has no program, only the numbers. A minute lasts as long as -minute says.
//
//	go run ./generated/answers/restaurant -minute 100ms
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
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../../generated/answers/restaurant

func main() {
	minute := flag.Duration("minute", 200*time.Millisecond, "`duration` of a minute")
	flag.Parse()
	for _, evening := range []rt.Coroutine[rt.Void]{
		oneAfterTheOtherAsync(os.Stdout, *minute, b, a, c),
		allAtOnceAsync(os.Stdout, *minute, c, a, b),
	} {
		if _, err := rt.Run(evening); err != nil {
			log.Fatal(err)
		}
	}
	waiters(os.Stdout, *minute, c, a, b)
}

// A guest takes some minutes to decide.
type guest struct {
	name    string
	minutes int
}

var (
	a = guest{"A", 5}
	b = guest{"B", 10}
	c = guest{"C", 1}
)

// table is the waiter at the table of g, who has been there since the evening began.
//
//coroutine:async
func table(w io.Writer, minute time.Duration, began time.Duration, g guest) error {
	fmt.Fprintf(w, "%s has waited %d minutes\n", g.name, since(began, minute))
	if err := co.Wait(rt.Sleep(time.Duration(g.minutes) * minute)); err != nil {
		return err
	}
	fmt.Fprintf(w, "%s orders after %d minutes\n", g.name, since(began, minute))
	return nil
}

// since returns how many minutes have passed since then, by the clock of the loop.
func since(began, minute time.Duration) int {
	return int((rt.Current().Loop().Time() - began).Round(minute) / minute)
}

// oneAfterTheOther is the first evening: the waiter awaits one guest, and then the next.
//
//coroutine:async
func oneAfterTheOther(w io.Writer, minute time.Duration, guests ...guest) error {
	began := co.Self().Loop().Time()
	for _, g := range guests {
		if err := co.Wait(tableAsync(w, minute, began, g)); err != nil {
			return err
		}
	}
	fmt.Fprintf(w, "one after the other: %d minutes\n", since(began, minute))
	return nil
}

// allAtOnce is the second evening: while one guest decides, the waiter sees to the others.
//
//coroutine:async
func allAtOnce(w io.Writer, minute time.Duration, guests ...guest) error {
	began := co.Self().Loop().Time()
	var tables []rt.Expr[rt.Void]
	for _, g := range guests {
		tables = append(tables, tableAsync(w, minute, began, g))
	}
	if _, err := co.Await(rt.Gather(tables...)); err != nil {
		return err
	}
	fmt.Fprintf(w, "all at once: %d minutes\n", since(began, minute))
	return nil
}
