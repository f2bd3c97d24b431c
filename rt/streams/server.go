package streams

// This file is the server: a task for each connection.

import (
	"errors"
	"maps"
	"net"
	"slices"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

// lingering is how long a connection whose task was cancelled waits for its peer
// to take what was written.
const lingering = 5 * time.Second

// A Server accepts connections and runs a task for each: asyncio's
// start_server, with the guarantee that no task and no connection outlives
// [Server.Serve].
//
// What a handler has written to a [Writer] is sent although the handler has
// returned, as far as the peer takes it. If something of it is lost, because the
// server breaks off, the peer is told by a reset.
//
// A handler that fails is reported to the handler of the loop, as an
// [*rt.UnretrievedError], unless it failed because its connection has ended: that
// the peer reset it or vanished, or that the server closed it, is nobody's
// mistake.
type Server struct {
	listener *netio.Listener
	handler  func(*netio.Conn) rt.Coroutine[rt.Void]
	clients  map[int]*client // by their numbers
	accepted int
	serving  *rt.Task
	closing  bool
}

// A client is a connection that is being served: until its task has ended and it
// was closed.
type client struct {
	number    int
	conn      *netio.Conn // as it was accepted
	holder    *netio.Holder
	task      *rt.Task
	handled   bool // the task has ended
	cancelled bool // CancelClients was called
	closed    bool // by the server
	limit     *rt.Handle
}

// NewServer returns a server that runs what handler returns for each connection
// that l accepts. The handler closes the connection, or what it has made of it: an
// encrypted connection, a transport. Should it forget, the server does when its
// task ends, once everything was sent.
func NewServer(l *netio.Listener, handler func(*netio.Conn) rt.Coroutine[rt.Void]) *Server {
	return &Server{listener: l, handler: handler, clients: make(map[int]*client)}
}

// Clients returns the number of connections that are being served, or that still
// have something to send.
func (s *Server) Clients() int { return len(s.clients) }

// Close stops listening. The connections go on; Serve waits for them.
func (s *Server) Close() error {
	if s.closing {
		return nil
	}
	s.closing = true
	return s.listener.Close()
}

// CloseClients closes the connections, whatever their handlers have made of them:
// what their tasks await fails with [net.ErrClosed], and what is not sent is
// lost. It is asyncio's abort_clients.
func (s *Server) CloseClients() {
	for _, c := range s.inOrder() {
		c.closed = true
		c.holder.Abort()
	}
}

// CancelClients cancels the tasks of the connections with cause, which may be
// nil: they clean up and end. A connection whose peer has not taken everything
// five seconds after that is closed.
func (s *Server) CancelClients(cause error) {
	for _, c := range s.inOrder() {
		c.cancelled = true
		c.task.Cancel(cause)
		s.linger(c)
	}
}

// inOrder returns the clients in the order in which they came, so that a program
// that is run again does the same.
func (s *Server) inOrder() (clients []*client) {
	for _, number := range slices.Sorted(maps.Keys(s.clients)) {
		clients = append(clients, s.clients[number])
	}
	return clients
}

// Serve returns the operation that accepts connections until the server is
// closed, and then waits for those that are being served. The error is nil if it
// was Close that ended it. A Serve that is cancelled, or fails to accept, closes
// the server, cancels the tasks of the connections and waits for them.
func (s *Server) Serve() ServeOp { return ServeOp{server: s} }

// A ServeOp is the operation that [Server.Serve] returns.
type ServeOp struct {
	server *Server
	accept netio.AcceptOp
	begun  bool // accept is
	ending bool
	err    error
}

// Poll implements [rt.Awaitable].
func (o *ServeOp) Poll(t *rt.Task) (_ rt.Void, err error, ready bool) {
	s := o.server
	for !o.ending {
		if !o.begun {
			o.accept = s.listener.Accept()
			o.begun = true
		}
		conn, err, ready := o.accept.Poll(t)
		if !ready {
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
	c.holder = conn.Hold(func() { s.settle(c) }) // first: the handler may hand conn on at once
	task := rt.Spawn(t, s.handler(conn))
	c.task = &task.Task
	s.clients[c.number] = c
	task.OnDone(func(*rt.Task) { s.ended(c) })
}

// ended is the end of the task of c.
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

// linger limits the time that c has to send the rest, if it was cancelled.
func (s *Server) linger(c *client) {
	if c.cancelled && c.handled && !c.holder.Closed() && c.limit == nil {
		c.limit = c.task.Loop().CallLater(lingering, c.holder.Abort)
	}
}

// settle forgets c if its task has ended and its connection was closed.
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
