package streams

// This file implements the server, which runs a task for each connection.

import (
	"errors"
	"fmt"
	"maps"
	"net"
	"slices"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

// lingering is how long a connection whose task was cancelled waits until the peer has taken
// what was written.
const lingering = 5 * time.Second

// A Server accepts connections and runs a task for each. It corresponds to
// asyncio.start_server. In addition, no task and no connection outlives [Server.Serve].
//
// What a handler has written to a [Writer] is sent even after the handler has returned, if the
// peer takes it. If some of it is lost because the server breaks off, the peer learns that by a
// reset.
//
// If a handler fails, the handler of the loop gets an [*rt.UnretrievedError], unless the
// failure says only that the connection has ended. A peer that reset the connection or
// vanished, and a server that closed it, are no faults.
type Server struct {
	listener *netio.Listener
	handler  func(*netio.Conn) rt.Coroutine[rt.Void]
	clients  map[int]*client // keyed by the numbers of the clients
	accepted int
	serving  *rt.Task
	closing  bool
}

// A client is a connection that is being served. It is a client until its task has ended and
// the connection was closed.
type client struct {
	number    int
	conn      *netio.Conn // the connection that was accepted
	holder    *netio.Holder
	task      *rt.Task
	handled   bool // the task has ended
	cancelled bool // CancelClients was called
	closed    bool // by the server
	limit     *rt.Handle
}

// NewServer returns a server that runs the coroutine that handler returns for each connection
// that l accepts. The coroutine closes the connection, or what it has made of it, such as an
// encrypted connection or a transport. If it does not, the server closes the connection when
// the task has ended and everything was sent.
func NewServer(l *netio.Listener, handler func(*netio.Conn) rt.Coroutine[rt.Void]) *Server {
	return &Server{listener: l, handler: handler, clients: make(map[int]*client)}
}

// Clients returns the number of connections that are being served or still have data to send.
func (s *Server) Clients() int { return len(s.clients) }

// Close stops listening. The connections go on, and Serve waits for them.
func (s *Server) Close() error {
	if s.closing {
		return nil
	}
	s.closing = true
	return s.listener.Close()
}

// CloseClients closes the connections, whatever their handlers have made of them. The awaits of
// their tasks fail with [net.ErrClosed], and data that is not sent is lost. It corresponds to
// abort_clients of asyncio.
func (s *Server) CloseClients() {
	for _, c := range s.inOrder() {
		c.closed = true
		c.holder.Abort()
	}
}

// CancelClients cancels the tasks of the connections with cause, which may be nil. The tasks
// clean up and end. If the peer of a connection has not taken everything after five more
// seconds, the server closes the connection and reports it to the handler of the loop, as a
// [*CutOffError].
func (s *Server) CancelClients(cause error) {
	for _, c := range s.inOrder() {
		c.cancelled = true
		c.task.Cancel(cause)
		s.linger(c)
	}
}

// inOrder returns the clients in the order in which they came, so that a program that runs
// again does the same.
func (s *Server) inOrder() (clients []*client) {
	for _, number := range slices.Sorted(maps.Keys(s.clients)) {
		clients = append(clients, s.clients[number])
	}
	return clients
}

// Serve returns the operation that accepts connections until the server is closed, and then
// waits for the connections that are being served. After Close the error is nil. If Serve is
// cancelled, or fails to accept, it closes the server, cancels the tasks of the connections as
// [Server.CancelClients] does, and waits for them: for at most five seconds if a peer does not
// take what was written to it.
func (s *Server) Serve() ServeOp { return ServeOp{server: s} }

// A ServeOp is the operation that [Server.Serve] returns.
type ServeOp struct {
	server *Server
	stage  rt.Stage
	accept netio.AcceptOp
	begun  bool // accept has begun
	ending bool
	err    error
}

// Poll implements [rt.Awaitable].
func (o *ServeOp) Poll(t *rt.Task) (_ rt.Void, err error, ready bool) {
	_, err, ready = o.stage.Begin(t, "Server.Serve")
	if err == nil && !ready {
		return rt.Void{}, nil, false
	}
	s := o.server
	for !o.ending { // if t is cancelled, Accept sees it
		if !o.begun {
			o.accept = s.listener.Accept()
			o.begun = true
		}
		conn, err, ready := o.accept.Poll(t)
		if !ready {
			o.stage.Suspend(t)
			return rt.Void{}, nil, false
		}
		o.begun = false
		if err != nil {
			o.end(err)
			break
		}
		s.serve(t, conn)
	}
	if len(s.clients) > 0 {
		s.serving = t
		if err := t.Err(); err != nil && o.err == nil {
			o.end(err)
		}
		o.stage.Suspend(t)
		return rt.Void{}, nil, false
	}
	return rt.Void{}, o.err, true
}

// end stops accepting because of err.
func (o *ServeOp) end(err error) {
	s := o.server
	o.ending = true
	if s.closing && errors.Is(err, net.ErrClosed) {
		return
	}
	o.err = err
	s.Close()
	s.CancelClients(err)
}

// serve starts the task of a connection.
func (s *Server) serve(t *rt.Task, conn *netio.Conn) {
	c := &client{number: s.accepted, conn: conn}
	s.accepted++
	c.holder = conn.Hold(func() { s.settle(c) }) // Hold comes first: the handler may pass conn on at once
	task := rt.Spawn(t, s.handler(conn))
	c.task = &task.Task
	s.clients[c.number] = c
	task.OnDone(func(*rt.Task) { s.ended(c) })
}

// ended handles the end of the task of c.
func (s *Server) ended(c *client) {
	c.handled = true
	c.report()
	if c.holder.Closed() {
		s.settle(c)
		return
	}
	c.holder.Close()
	s.linger(c)
}

// linger limits the time for sending the rest if c was cancelled.
func (s *Server) linger(c *client) {
	if c.cancelled && c.handled && !c.holder.Closed() && c.limit == nil {
		c.limit = c.task.Loop().CallLater(lingering, c.cutOff)
	}
}

// cutOff closes the connection of c although its peer has not taken everything.
func (c *client) cutOff() {
	l := c.task.Loop()
	c.holder.Abort()
	l.Report(&CutOffError{Local: c.conn.LocalAddr(), Remote: c.conn.RemoteAddr()})
}

// A CutOffError reports a connection whose peer had not taken everything five seconds after the
// server had cancelled its clients, by [Server.CancelClients] or because Serve was cancelled. The
// server has closed the connection, and the rest is lost. The peer knows that data is missing: see
// [netio.Conn.Abort].
type CutOffError struct{ Local, Remote net.Addr } // addresses of the connection; nil: none

func (e *CutOffError) Error() string {
	return fmt.Sprintf("the connection to %v, from %v, was closed before everything was sent: five seconds after the server had cancelled its clients, the peer had not taken the rest", e.Remote, e.Local)
}

// settle removes c if its task has ended and its connection was closed.
func (s *Server) settle(c *client) {
	if !c.handled || !c.holder.Closed() {
		return
	}
	if c.limit != nil {
		c.limit.Cancel()
	}
	delete(s.clients, c.number)
	if s.serving != nil && len(s.clients) == 0 {
		s.serving.Wake()
	}
}

// Awaitable implements [rt.Expr].
func (o ServeOp) Awaitable() rt.Awaitable[rt.Void] { return &o }
