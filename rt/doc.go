// Package rt runs coroutines: it is a small single-threaded event loop with
// tasks, futures, timers, cancellation scopes and non-blocking connections.
package rt
