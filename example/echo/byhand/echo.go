// Package byhand is the echo server as one would write it against package rt
// without the generator. The tests demand that both do the same, step by step,
// and the benchmarks lay them side by side.
package byhand

import (
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/machine"
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

// Serve is serve.
func Serve(l *netio.Listener) rt.Coroutine[rt.Void] {
	return rt.NewCoroutine[rt.Void](&Server{listener: l})
}

// Handle is handle.
func Handle(conn *netio.Conn) rt.Coroutine[rt.Void] {
	return rt.NewCoroutine[rt.Void](&Handler{conn: conn})
}

// Where a coroutine goes on.
const (
	start uint8 = iota
	accepting
	reading
	writing
	done // or running
)

// A Server is one call of serve.
type Server struct {
	listener *netio.Listener
	accept   netio.AcceptOp
	at       uint8
}

// Poll implements rt.Awaitable.
func (s *Server) Poll(t *rt.Task) (_ rt.Void, err error, ready bool) {
	at := s.at
	if at == done {
		panic(machine.Resumed("serve"))
	}
	s.at = done // unless it suspends
	defer func() {
		if s.at == done {
			s.listener.Close()
		}
	}()
	if at == accepting {
		goto accepting
	}
accept:
	s.accept = s.listener.Accept()
accepting:
	conn, err, ready := s.accept.Poll(t)
	if !ready {
		s.at = accepting
		return rt.Void{}, nil, false
	}
	if err != nil {
		return rt.Void{}, err, true
	}
	rt.Spawn(t, Handle(conn))
	goto accept
}

// A Handler is one call of handle.
type Handler struct {
	conn  *netio.Conn
	buf   []byte
	read  netio.ReadOp
	write netio.WriteOp
	at    uint8
}

// Poll implements rt.Awaitable.
func (h *Handler) Poll(t *rt.Task) (_ rt.Void, err error, ready bool) {
	var n int
	at := h.at
	if at == done {
		panic(machine.Resumed("handle"))
	}
	h.at = done // unless it suspends
	defer func() {
		if h.at == done {
			h.conn.Close()
		}
	}()
	switch at {
	case reading:
		goto reading
	case writing:
		goto writing
	}
	h.buf = make([]byte, 4096)
read:
	h.read = h.conn.Read(h.buf)
reading:
	n, err, ready = h.read.Poll(t)
	if !ready {
		h.at = reading
		return rt.Void{}, nil, false
	}
	if err != nil {
		return rt.Void{}, err, true
	}
	h.write = h.conn.Write(h.buf[:n])
writing:
	_, err, ready = h.write.Poll(t)
	if !ready {
		h.at = writing
		return rt.Void{}, nil, false
	}
	if err != nil {
		return rt.Void{}, err, true
	}
	goto read
}
