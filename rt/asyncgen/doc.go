// Package asyncgen contains asynchronous generators: functions that hand out values one by one and
// may await between them. They correspond to the asynchronous generators of Python (PEP 525).
//
// Mark a function with both //coroutine:async and //coroutine:generator, and coroutinegen writes the
// constructor of the generator (see package annotations). The function gets a [Yielder], which package
// annotations calls co.AsyncYielder. This one hands out the lines that it reads:
//
//	//coroutine:async
//	//coroutine:generator
//	func lines(y co.AsyncYielder[string, rt.Void], r *streams.Reader) error {
//		for {
//			line, err := co.Await(r.ReadLine())
//			if err == io.EOF {
//				return nil
//			} else if err != nil {
//				return err
//			}
//			if err := co.Wait(y.Yield(string(line))); err != nil {
//				return err
//			}
//		}
//	}
//
// The constructor is linesAsync. A range statement takes the values and closes the generator, however
// it is left:
//
//	//coroutine:async
//	func printLines(r *streams.Reader) (err error) {
//		for line := range co.Each(linesAsync(r), &err) {
//			fmt.Print(line)
//		}
//		return err
//	}
//
// co.Each is [Each] for async functions. Code that calls Next itself must close the generator:
//
//	//coroutine:async
//	func printFirst(r *streams.Reader) (err error) {
//		g := linesAsync(r)
//		defer func() { err = errors.Join(err, co.Wait(g.Close())) }()
//		line, ok, err := co.Await2(g.Next())
//		if err != nil || !ok {
//			return err
//		}
//		fmt.Print(line)
//		return nil
//	}
//
// Send and Throw of a [Generator] also pass a value or an error to the Yield at which the function
// waits.
//
// [New] does by hand what coroutinegen does for the second directive. Here readLines is lines with
// //coroutine:async only:
//
//	g := asyncgen.New("lines", func(y asyncgen.Yielder[string, rt.Void]) rt.Expr[rt.Void] {
//		return readLinesAsync(y, r)
//	})
//
// # Why a generator has a task of its own
//
// In Python, the function of a generator runs in the task that asks for the next value. A timeout
// that is open in the function across a yield then belongs to that task. If it fires while the
// caller does something else, it cancels the caller, in code that knows nothing of the timeout.
// The same is true of task groups (PEP 789).
//
// Here the function runs in a task of its own, which the first Next starts. Timeouts, scopes and
// groups of the function belong to that task. If one is cancelled at a Yield, the Yield fails, and
// nothing happens to the caller. A Next that finds the function at a Yield runs it at once, within the
// step of its own task ([rt.Task.WakeNow]), and needs no turn of the loop. The task
// has the variables (see rt.Var) of the task that starts it. A generator that never begins has no
// task.
//
// # Timeouts and cancellation
//
// A Next that is cancelled, or whose time is up, loses nothing. The function goes on to its next
// Yield and waits there, and the next Next gets that value:
//
//	line, ok, err := co.Await2(rt.Timeout(time.Second, g.Next()))
//	// after a timeout: g.Next() waits for the same line
//
// In Python a timeout is raised in the function and so ends the generator. To end it here, call
// Close. The cancellation of the caller does not reach the function before that.
//
// Close makes the Yield at which the function waits fail with [rt.ErrGeneratorExit]. If the
// function does not wait at a Yield, Close cancels its task. The function then cleans up and
// returns. Close waits for that, however long it takes, even if the caller is cancelled.
//
// # Forgotten generators
//
// The task that starts a generator owns it. If that task ends before the generator has ended, the
// generator is closed, and the loop reports a [ForgottenError] to its handler. Nothing waits for
// the garbage collector. So close a generator in the task that calls the first Next. Where that task
// ends soon, as one that Gather or WaitFor starts for its operation does, choose
// another owner by Own.
//
// The function may fail or panic while nobody waits for it, after a timeout of Next say. Then the
// error, or the panic, waits for the next Next or Close. If the owner ends before that, it is reported
// as that of a task that nobody awaits.
//
// The functions and methods of this package may be called only on the loop of the tasks that use
// the generator. Only one task at a time may wait for the next value.
package asyncgen
