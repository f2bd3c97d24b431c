// Task is the slide "Tasks" of "My story of Async IO": a coroutine becomes a task, is awaited, and
// both states of the task are printed.
//
//	loop.create_task(task_func())    co.Spawn(taskFuncAsync(w))
//	return_value = await task        value, err := co.Await(task)
//	'{!r}'.format(task)              state(task)
//
//	go run ./generated/mystory/task
package main

import (
	"fmt"
	"io"
	"log"
	"os"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../../generated/mystory/task

func main() {
	if _, err := rt.Run(mainTaskAsync(os.Stdout)); err != nil {
		log.Fatal(err)
	}
}

// taskFunc is task_func.
//
//coroutine:async
func taskFunc(w io.Writer) (string, error) {
	fmt.Fprintln(w, "in task_func")
	return "the result", nil
}

// mainTask is main.
//
//coroutine:async
func mainTask(w io.Writer) error {
	fmt.Fprintln(w, "creating task")
	task := co.Spawn(taskFuncAsync(w))
	task.SetName("task_func")
	fmt.Fprintln(w, "waiting for", state(task))
	value, err := co.Await(task)
	if err != nil {
		return err
	}
	fmt.Fprintln(w, "task completed", state(task))
	fmt.Fprintf(w, "return value: %q\n", value)
	return nil
}

// state returns what repr(task) shows.
func state(t *rt.TaskOf[string]) string {
	switch result, err, done := t.Result(); {
	case !done:
		return fmt.Sprintf("<Task pending %s>", t.Name())
	case t.Cancelled():
		return fmt.Sprintf("<Task cancelled %s>", t.Name())
	case err != nil:
		return fmt.Sprintf("<Task finished %s exception=%v>", t.Name(), err)
	default:
		return fmt.Sprintf("<Task finished %s result=%q>", t.Name(), result)
	}
}
