package asyncgen

import (
	"errors"
	"fmt"

	"github.com/coroutinegen/coroutinegen/rt"
)

// ErrRunning is the error of an operation that a generator cannot begin now: a Next while the Next
// of another task waits, a Send or a Throw while the function is not suspended at a Yield, or any
// of these while the generator is being closed. Errors may add a reason: use errors.Is.
var ErrRunning = errors.New("asynchronous generator is already running")

// A Generator is an asynchronous generator. Out is the type of the values that it hands out, In is
// that of the values that Send passes to its function, and R is the result of the function.
//
// At most one Next, Send or Throw waits at a time. See the package documentation for the task of
// the function.
type Generator[Out, In, R any] struct {
	c    core[Out, In]
	body func(y Yielder[Out, In]) rt.Expr[R]
	task *rt.TaskOf[R] // c.task, if the function has begun
}

// New returns the generator that runs the coroutine that body returns. The first Next calls body,
// on the task that awaits it, and starts the coroutine as a task of its own. name is the name of
// that task, and of the generator in messages.
func New[Out, In, R any](name string, body func(y Yielder[Out, In]) rt.Expr[R]) *Generator[Out, In, R] {
	g := &Generator[Out, In, R]{body: body}
	g.c.name, g.c.fn = name, g
	return g
}

// Next returns the operation that runs the function to its next Yield. Its results are the value
// and true. The Yield at which the function was suspended returns the zero value. At the end of the
// function, the second result is false, and the error is that of the function. That error is
// returned once; after that, Next returns false and no error. A panic of the function is a panic of
// the await.
//
// A Next that is cancelled loses nothing: the next one waits for the same value. If a Next is
// waiting while the generator is closed, it returns [rt.ErrGeneratorExit].
func (g *Generator[Out, In, R]) Next() NextOp[Out] { return NextOf(&g.c) }

// Send is Next, but the Yield returns in. Send panics if the generator has not begun: no Yield
// waits for the value. It fails with [ErrRunning] if the function is not suspended at a Yield, or
// if a cancelled Next has left a value there. After the end, Send returns what Next returns.
func (g *Generator[Out, In, R]) Send(in In) SendOp[Out, In] {
	return SendOp[Out, In]{resumption[*core[Out, In]]{c: &g.c}, in}
}

// Throw is Next, but the Yield fails with err. A generator that has not begun does not begin: err
// is its result, and the error of Throw. Throw fails as Send does. It panics if err is nil. After
// the end, Throw returns what Next returns.
func (g *Generator[Out, In, R]) Throw(err error) ThrowOp[Out] {
	if err == nil {
		panic(fmt.Errorf("throw of no error into generator %s: use Next", g.c.name))
	}
	return ThrowOp[Out]{resumption[throwable[Out]]{c: &g.c}, err}
}

// Close returns the operation that ends the generator and waits until its function has returned.
// A generator that has not begun does not begin: its result is [rt.ErrGeneratorExit]. If the
// function is suspended at a Yield, the Yield fails with ErrGeneratorExit, and a value that nobody
// has taken is dropped. Otherwise the task of the function is cancelled, with ErrGeneratorExit as
// the cause.
//
// The operation hides cancellations, as [rt.Shield] does, so it always waits for the end. Any
// number of tasks may close a generator at once, and all of them wait. The error is that of the
// function, unless it is ErrGeneratorExit or the cancellation by Close. If the function yields
// again, the error is [rt.ErrIgnoredExit], and the generator stays suspended.
//
// After the end, Close returns nil, or the error of the function if nobody has seen it.
func (g *Generator[Out, In, R]) Close() CloseOp { return CloseOf(&g.c) }

// Own makes t the owner of the generator, in place of the task that calls the first Next. When the
// owner ends, the generator is closed (see [ForgottenError]). Call Own before a Next that Gather,
// WaitFor or the like awaits in a task of its own, or to hand the generator to another task.
func (g *Generator[Out, In, R]) Own(t *rt.Task) { g.c.setOwner(t) }

// Result returns what the function has returned. Until it has, and if it never will because it has
// panicked, the error is [rt.ErrNoResult].
func (g *Generator[Out, In, R]) Result() (r R, err error) {
	switch {
	case g.c.phase == never:
		return r, g.c.err
	case g.c.phase != begun || !g.task.Done() || g.task.Panic() != nil:
		return r, rt.ErrNoResult
	}
	r, err, _ = g.task.Result()
	return r, err
}

// Where implements [rt.Locator]. A generator stands where its task stands.
func (g *Generator[Out, In, R]) Where() (line string, on any) { return g.c.Where() }

// String returns the name of the generator with its state: created, running, suspended or closed.
func (g *Generator[Out, In, R]) String() string { return g.c.name + ": " + g.c.state() }

// start implements [function].
func (g *Generator[Out, In, R]) start(t *rt.Task) *rt.Task {
	x := g.body(Yielder[Out, In]{&g.c})
	if x == nil {
		panic(fmt.Errorf("the function of generator %s returned no coroutine", g.c.name))
	}
	g.body = nil
	g.task = rt.Spawn(t, x)
	g.task.SetName(g.c.name)
	g.task.SetJoined(true)
	return &g.task.Task
}

// await implements [function].
func (g *Generator[Out, In, R]) await() awaiting { return &awaitingEnd[R]{g.task.Contender()} }

// result implements [function].
func (g *Generator[Out, In, R]) result() error {
	_, err, _ := g.task.Result()
	return err
}

// awaitingEnd implements [awaiting].
type awaitingEnd[R any] struct{ end rt.Contender[R] }

func (a *awaitingEnd[R]) join(t *rt.Task) { a.end.Attempt(t, nil) }

func (a *awaitingEnd[R]) leave(t *rt.Task) { a.end.Withdraw(t) }
