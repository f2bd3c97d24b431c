// Package transports provides connections with callbacks, as asyncio's transports
// and protocols do. A [Protocol] has a method for each event of a connection. A
// [Transport] sends data and closes the connection. An idle connection has neither
// a task nor a buffer: it costs only its structs.
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
// All callbacks run on the goroutine of the loop, one at a time. A callback must not
// wait. The methods of a transport never wait.
package transports
