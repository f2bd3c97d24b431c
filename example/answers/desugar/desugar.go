// Desugar is the question "How does asyncio enable parallel IO waits?", and the answer that corrects
// it: what an async def becomes. The same coroutine stands here four times:
//
//   - written.go: as one writes it
//   - asked.go: as the one who asks thinks that it is translated
//   - answered.go: as the answer corrects that, with an event loop
//   - generated/answers/desugar/written.go: as the tool translates it
//
// README.md lays them side by side.
//
//	go run ./generated/answers/desugar
package main

import (
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"os"
	"time"

	"github.com/coroutinegen/coroutinegen/example/answers/selects"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

func main() {
	w := os.Stdout
	fmt.Fprintln(w, "as asked:")
	gather(rand.IntN, newAsked(w, "first"), newAsked(w, "second"))
	fmt.Fprintln(w, "as answered:")
	if err := runAnswered(w); err != nil {
		log.Fatal(err)
	}
	fmt.Fprintln(w, "as written:")
	if err := runWritten(w); err != nil {
		log.Fatal(err)
	}
}

// runAnswered runs the corrected coroutines on their loop. The second gets its data first.
func runAnswered(w io.Writer) error {
	loop := newLoop(selects.New())
	var ends [2]int
	for i, name := range []string{"first", "second"} {
		a, b, err := selects.Pair()
		if err != nil {
			return err
		}
		defer selects.Close(a)
		defer selects.Close(b)
		loop.start(newAnswered(w, loop, name, a))
		ends[i] = b
	}
	time.AfterFunc(1*time.Second, func() { selects.Send(ends[1], []byte("two")) })
	time.AfterFunc(2*time.Second, func() { selects.Send(ends[0], []byte("one")) })
	return loop.run()
}

// runWritten runs what is generated from written.go.
func runWritten(w io.Writer) error {
	var conns [2]*netio.Conn
	var ends [2]*os.File
	for i := range conns {
		r, end, err := os.Pipe()
		if err != nil {
			return err
		}
		defer r.Close()
		defer end.Close()
		if conns[i], err = netio.FileConn(r); err != nil {
			return err
		}
		defer conns[i].Close()
		ends[i] = end
	}
	time.AfterFunc(1*time.Second, func() { ends[1].WriteString("two") })
	time.AfterFunc(2*time.Second, func() { ends[0].WriteString("one") })
	_, err := rt.Run(bothAsync(w, conns[0], conns[1]))
	return err
}
