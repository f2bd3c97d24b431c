// Package transports is the callback tier: asyncio's transports and protocols.
// A [Protocol] is told what happens on a connection; the [Transport] that it is
// given sends and closes. There is no task that waits and no buffer while
// nothing happens: an idle connection costs its structs.
//
//	type echo struct {
//		transports.Base
//		t *transports.Transport
//	}
//
//	func (e *echo) ConnectionMade(t *transports.Transport) { e.t = t }
//	func (e *echo) DataReceived(p []byte)                  { e.t.Write(p) }
//
//	server := transports.Serve(l, func() transports.Protocol { return new(echo) })
//	err := co.Wait(server.Serve())
//
// Everything happens on the goroutine of the loop, a callback at a time; a
// callback must not wait. Calls on a transport never do.
package transports
