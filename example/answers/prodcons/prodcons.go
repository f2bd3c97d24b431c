// Prodcons is "Using a Queue" of the long answer "What is asyncio?": producers and consumers with a
// queue between them. They do not know of each other: when the producers have ended and the queue
// is joined, the consumers are cancelled.
//
//	q = asyncio.Queue()                    q := queues.New[element](0)
//	asyncio.create_task(produce(n, q))     rt.SpawnIn(producers, ...), a group
//	await asyncio.gather(*producers)       co.Wait(producers.Join())
//	await q.join()                         co.Wait(q.Join())
//	consumer.cancel()                      consumer.Cancel(nil)
//	os.urandom(size).hex()                 crypto/rand, %x
//
//	go run ./generated/answers/prodcons -p 2 -c 4
package main

import (
	"crypto/rand"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/example/answers/pyrandom"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/queues"
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../../generated/answers/prodcons

func main() {
	producers := flag.Int("p", 10, "`number` of producers")
	consumers := flag.Int("c", 15, "`number` of consumers")
	flag.Parse()
	p := &program{w: os.Stdout, random: pyrandom.Seed(444), urandom: func(b []byte) { rand.Read(b) }}
	if _, err := rt.Run(p.runAsync(*producers, *consumers)); err != nil {
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
	w       io.Writer
	random  *pyrandom.Random
	urandom func([]byte)
}

// print prints a line in a color.
func (p *program) print(color int, format string, args ...any) {
	fmt.Fprintf(p.w, colors[color]+format+colors[0]+"\n", args...)
}

// An element is what the queue holds: an item, and when it was put there.
type element struct {
	item string
	at   time.Duration
}

// generateItem is generate_item. It awaits nothing, as on the page.
//
//coroutine:async
func (p *program) generateItem(size int) string {
	b := make([]byte, size)
	p.urandom(b)
	return fmt.Sprintf("%x", b)
}

// randomSleep is random_sleep.
//
//coroutine:async
func (p *program) randomSleep(caller string) error {
	i := p.random.Upto10()
	p.print(1, "%s sleeping for %d seconds.", caller, i)
	return co.Wait(rt.Sleep(time.Duration(i) * time.Second))
}

//coroutine:async
func (p *program) produce(name int, q *queues.Queue[element]) error {
	loop := co.Self().Loop()
	for range p.random.Upto10() {
		if err := co.Wait(p.randomSleepAsync(fmt.Sprintf("Producer %d", name))); err != nil {
			return err
		}
		i, err := co.Await(p.generateItemAsync(5))
		if err != nil {
			return err
		}
		if err := co.Wait(q.Put(element{i, loop.Time()})); err != nil {
			return err
		}
		p.print(2, "Producer %d added <%s> to queue.", name, i)
	}
	return nil
}

//coroutine:async
func (p *program) consume(name int, q *queues.Queue[element]) error {
	loop := co.Self().Loop()
	for {
		if err := co.Wait(p.randomSleepAsync(fmt.Sprintf("Consumer %d", name))); err != nil {
			return err // it has been cancelled
		}
		e, err := co.Await(q.Get())
		if err != nil {
			return err
		}
		p.print(3, "Consumer %d got element <%s> in %.5f seconds.", name, e.item, (loop.Time() - e.at).Seconds())
		q.TaskDone()
	}
}

// run is main of the page, and what stands below it.
//
//coroutine:async
func (p *program) run(producers, consumers int) error {
	loop := co.Self().Loop()
	start := loop.Time()
	q := queues.New[element](0)
	group := co.Self().OpenGroup()
	for n := range producers {
		rt.SpawnIn(group, p.produceAsync(n, q))
	}
	var tasks []*rt.TaskOf[rt.Void]
	for n := range consumers {
		tasks = append(tasks, co.Spawn(p.consumeAsync(n, q)))
	}
	if err := co.Wait(group.Join()); err != nil {
		return err
	}
	if err := co.Wait(q.Join()); err != nil {
		return err
	}
	for _, consumer := range tasks {
		consumer.Cancel(nil)
	}
	end := loop.Time()
	p.print(4, "Program Start Time: %.1f\nProgram End Time: %.1f\nProgram Execution Time: %.2f seconds.",
		start.Seconds(), end.Seconds(), (end - start).Seconds())
	return nil
}
