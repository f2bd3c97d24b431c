package streams

// This file is the server: a task for each connection.

import (
	"errors"
	"maps"
	"net"
	"slices"

	"github.com/coroutinegen/coroutinegen/rt"
)

// A Server accepts connections and runs a task for each: asyncio's
// start_server, with the guarantee that no task outlives [Server.Serve].
type Server struct {
	listener *rt.Listener
	handler  func(*rt.Conn) rt.Coroutine[rt.Void]
	clients  map[int]client // by their numbers
	accepted int
	serving  *rt.Task
	closing  bool
}

type client struct {
	conn *rt.Conn
	task *rt.Task
}

// NewServer returns a server that runs what handler returns for each connection
// that l accepts. The handler closes the connection; should it forget, the
// server does when its task ends.
func NewServer(l *rt.Listener, handler func(*rt.Conn) rt.Coroutine[rt.Void]) *Server {
	return &Server{listener: l, handler: handler, clients: make(map[int]client)}
}

// Clients returns the number of connections that are being served.
func (s *Server) Clients() int { return len(s.clients) }

// Close stops listening. The connections go on; Serve waits for them.
func (s *Server) Close() error {
	if s.closing {
		return nil
	}
	s.closing = true
	return s.listener.Close()
}

// CloseClients closes the connections: what their tasks await fails with
// [net.ErrClosed]. It is asyncio's abort_clients.
func (s *Server) CloseClients() {
	for _, c := range s.inOrder() {
		if !c.conn.Closed() {
			c.conn.Close()
		}
	}
}

// CancelClients cancels the tasks of the connections with cause, which may be
// nil: they clean up and end.
func (s *Server) CancelClients(cause error) {
	for _, c := range s.inOrder() {
		c.task.Cancel(cause)
	}
}

// inOrder returns the clients in the order in which they came, so that a program
// that is run again does the same.
func (s *Server) inOrder() (clients []client) {
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
	accept rt.AcceptOp
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
func (s *Server) serve(t *rt.Task, conn *rt.Conn) {
	task := rt.Spawn(t, s.handler(conn))
	number := s.accepted
	s.accepted++
	s.clients[number] = client{conn, &task.Task}
	task.OnDone(func(*rt.Task) {
		delete(s.clients, number)
		if !conn.Closed() {
			conn.Close()
		}
		if s.serving != nil && len(s.clients) == 0 {
			s.serving.Wake()
		}
	})
}

// Awaitable implements [rt.Expr].
func (o ServeOp) Awaitable() rt.Awaitable[rt.Void] { return &o }
