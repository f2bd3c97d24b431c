// Package byhand is the port proxy as one would write it against package rt
// without the generator.
package byhand

import (
	"io"
	"log"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/machine"
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

// Serve is serve.
func Serve(l *netio.Listener, to string) rt.Coroutine[rt.Void] {
	return rt.NewCoroutine[rt.Void](&Server{listener: l, to: to})
}

// Forward is forward.
func Forward(client *netio.Conn, to string) rt.Coroutine[rt.Void] {
	return rt.NewCoroutine[rt.Void](&Forwarder{client: client, to: to})
}

// Exchange is exchange.
func Exchange(client, server *netio.Conn) rt.Coroutine[rt.Two[int64, int64]] {
	return rt.NewCoroutine[rt.Two[int64, int64]](&Exchanger{client: client, server: server})
}

// Pipe is pipe.
func Pipe(dst, src *netio.Conn) rt.Coroutine[int64] {
	return rt.NewCoroutine[int64](&Pipeline{dst: dst, src: src})
}

// Where a coroutine goes on.
const (
	start uint8 = iota
	accepting
	dialling
	exchanging
	reading
	writing
	done // or running
)

// A Server is one call of serve.
type Server struct {
	listener *netio.Listener
	to       string
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
	client, err, ready := s.accept.Poll(t)
	if !ready {
		s.at = accepting
		return rt.Void{}, nil, false
	}
	if err != nil {
		return rt.Void{}, err, true
	}
	rt.Spawn(t, Forward(client, s.to))
	goto accept
}

// A Forwarder is one call of forward.
type Forwarder struct {
	client   *netio.Conn
	server   *netio.Conn // nil: not connected yet
	to       string
	dial     rt.TimeoutOp[*netio.Conn]
	exchange Exchanger
	at       uint8
}

// Poll implements rt.Awaitable.
func (f *Forwarder) Poll(t *rt.Task) (_ rt.Void, err error, ready bool) {
	at := f.at
	if at == done {
		panic(machine.Resumed("forward"))
	}
	f.at = done // unless it suspends
	defer func() {
		if f.at != done {
			return
		}
		defer f.client.Close() // even if what follows panics
		if f.server != nil {
			f.server.Close()
		}
	}()
	switch at {
	case dialling:
		goto dialling
	case exchanging:
		goto exchanging
	}
	f.dial = rt.Timeout(10*time.Second, netio.Dial("tcp", f.to))
dialling:
	{
		server, err, ready := f.dial.Poll(t)
		if !ready {
			f.at = dialling
			return rt.Void{}, nil, false
		}
		if err != nil {
			log.Print(err)
			return rt.Void{}, err, true
		}
		f.server = server
	}
	f.exchange = Exchanger{client: f.client, server: f.server}
exchanging:
	copied, err, ready := f.exchange.Poll(t)
	if !ready {
		f.at = exchanging
		return rt.Void{}, nil, false
	}
	log.Printf("%v: %d bytes up, %d down, error: %v", f.client.RemoteAddr(), copied.V1, copied.V2, err)
	return rt.Void{}, err, true
}

// An Exchanger is one call of exchange.
type Exchanger struct {
	client, server *netio.Conn
	both           rt.Gather2Op[int64, int64]
	at             uint8
}

// Poll implements rt.Awaitable.
func (e *Exchanger) Poll(t *rt.Task) (copied rt.Two[int64, int64], err error, ready bool) {
	at := e.at
	if at == done {
		panic(machine.Resumed("exchange"))
	}
	e.at = done // unless it suspends
	if at == start {
		e.both = rt.Gather2(Pipe(e.server, e.client), Pipe(e.client, e.server))
	}
	copied, err, ready = e.both.Poll(t)
	if !ready {
		e.at = exchanging
	}
	return copied, err, ready
}

// A Pipeline is one call of pipe.
type Pipeline struct {
	dst, src *netio.Conn
	buf      []byte
	copied   int64
	read     netio.ReadOp
	write    netio.WriteOp
	at       uint8
}

// Poll implements rt.Awaitable.
func (p *Pipeline) Poll(t *rt.Task) (copied int64, err error, ready bool) {
	var n int
	at := p.at
	p.at = done // unless it suspends
	switch at {
	case reading:
		goto reading
	case writing:
		goto writing
	case done:
		panic(machine.Resumed("pipe"))
	}
	p.buf = make([]byte, 32<<10)
read:
	p.read = p.src.Read(p.buf)
reading:
	n, err, ready = p.read.Poll(t)
	if !ready {
		p.at = reading
		return 0, nil, false
	}
	if err == io.EOF {
		return p.copied, p.dst.CloseWrite(), true
	}
	if err != nil {
		return p.copied, err, true
	}
	p.write = p.dst.Write(p.buf[:n])
writing:
	n, err, ready = p.write.Poll(t)
	if !ready {
		p.at = writing
		return 0, nil, false
	}
	p.copied += int64(n)
	if err != nil {
		return p.copied, err, true
	}
	goto read
}
