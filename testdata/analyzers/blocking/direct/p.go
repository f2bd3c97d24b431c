package p

import (
	"context"
	"database/sql"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"sync"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

//coroutine:async
func calls(wg *sync.WaitGroup, cond *sync.Cond, conn *net.TCPConn, any net.Conn, db *sql.DB) error {
	time.Sleep(time.Second)    // want "time.Sleep blocks the goroutine that runs all tasks; await rt.Sleep instead"
	defer wg.Wait()            // want "sync.WaitGroup.Wait blocks"
	cond.Wait()                // want "sync.Cond.Wait blocks .*; use a locks.Condition instead"
	conn.Read(nil)             // want "net.TCPConn.Read blocks .*; use package rt/netio, or call it with rt.ToThread"
	any.Write(nil)             // want "net.Conn.Write blocks"
	net.Dial("tcp", ":1")      // want "net.Dial blocks"
	os.ReadFile("x")           // want "os.ReadFile blocks .*; use package rt/files"
	exec.Command("x").Run()    // want "exec.Cmd.Run blocks .*; use package rt/subprocess"
	db.Query("SELECT 1")       // want "sql.DB.Query blocks"
	http.Get("x")              // want "http.Get blocks"
	http.DefaultClient.Do(nil) // want "http.Client.Do blocks .*; call it on another goroutine, with rt.ToThreadContext"
	f, err := os.Open("x")     // want "os.Open blocks"
	f.Write(nil)               // want "os.File.Write blocks"
	os.Stdout.WriteString("as fmt.Println")
	fmt.Println(os.Getenv("x"))
	return err
}

// What runs elsewhere does not block the loop.
//
//coroutine:async
func elsewhere() error {
	go time.Sleep(1)
	go func() { time.Sleep(1) }()
	go func(d time.Duration) {}(func() time.Duration { time.Sleep(1); return 0 }()) // want "time.Sleep blocks"
	_, err := co.Await(rt.ToThread(func() ([]byte, error) { return os.ReadFile("x") }))
	if err == nil {
		_, err = co.Await(rt.ToThreadContext(func(ctx context.Context) (int, error) { time.Sleep(1); return 0, nil }))
	}
	later := func() { time.Sleep(1) }
	go later()
	return err
}

// Literals that are called where they stand, and literals that a variable holds.
//
//coroutine:async
func literals() {
	func() { time.Sleep(1) }()       // want "time.Sleep blocks"
	defer func() { time.Sleep(1) }() // want "time.Sleep blocks"
	nap := func() { time.Sleep(1) }
	nap() // want "nap blocks: it calls time.Sleep; call it on another goroutine, with rt.ToThread"
	var again func(int)
	again = func(n int) {
		if n > 0 {
			again(n - 1)
		}
		time.Sleep(1)
	}
	again(3) // want "again blocks: it calls time.Sleep"
	other := func() { time.Sleep(1) }
	other = func() {}
	other()
	made := co.Async(func() (int, error) {
		time.Sleep(1) // want "time.Sleep blocks"
		return 0, nil
	})
	co.Must(made)
}

// A coroutine is one wherever its literal stands.
func ordinary() rt.Coroutine[rt.Void] {
	time.Sleep(1)
	return co.AsyncVoid(func() error {
		time.Sleep(1) // want "time.Sleep blocks"
		return nil
	})
}
