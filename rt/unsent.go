package rt

// This file records the data that was written to a connection but not sent when the loop ended.

import (
	"fmt"
	"net"
	"strings"
)

// listedUnsent is the number of connections that the text of an [UnsentError] lists.
const listedUnsent = 10

// An UnsentError reports data that was written, but not sent before its loop was closed. The
// data is lost, and the peers of the connections know that data is missing: see
// [github.com/coroutinegen/coroutinegen/rt/netio.Conn.Abort]. [Loop.Close] and [Run] return the
// error. In debug mode the loop reports it, too.
type UnsentError struct{ Lost []Unsent }

// Unsent is the data that one connection has lost.
type Unsent struct {
	Local, Remote net.Addr // addresses of the connection; nil: none
	Bytes         int      // number of bytes that were not sent
	Written       string   // function and line of a call that wrote, or made the transport, in debug mode or [WithSpawnSites]
}

func (e *UnsentError) Error() string {
	var b strings.Builder
	b.WriteString("the loop ended before everything that was written was sent: wait for that (in package streams: Writer.Flush, or Close and then WaitClosed), or give the data up (Abort)")
	for i, u := range e.Lost {
		if i == listedUnsent {
			fmt.Fprintf(&b, "\n\tand %d more connections", len(e.Lost)-i)
			break
		}
		fmt.Fprintf(&b, "\n\t%v", u)
	}
	return b.String()
}

func (u Unsent) String() string {
	text := fmt.Sprintf("%d bytes to %s", u.Bytes, ends(u.Local, u.Remote))
	if u.Written != "" {
		text += ", begun in " + u.Written
	}
	return text
}

// ends describes the two ends of a connection. Each address may be nil.
func ends(local, remote net.Addr) string {
	switch {
	case local == nil && remote == nil:
		return "a connection without an address"
	case local == nil:
		return remote.String()
	case remote == nil:
		return "the peer of " + local.String()
	}
	return fmt.Sprintf("%v, from %v", remote, local)
}

// LoseUnsent records that t, which was to send data in the background, has given up on this
// number of bytes because its loop ends. [Loop.Close] then returns an [*UnsentError]. The
// addresses are those of the connection. Each may be nil.
func (t *Task) LoseUnsent(bytes int, local, remote net.Addr) {
	u := Unsent{Local: local, Remote: remote, Bytes: bytes}
	if t.rare != nil {
		u.Written = writeSite(t.rare.spawned)
	}
	l := t.loop
	if l.ended.unsent == nil {
		l.ended.unsent = new(UnsentError)
	}
	l.ended.unsent.Lost = append(l.ended.unsent.Lost, u)
}

// lostUnsent returns an error for the data that the connections of l have lost, or nil.
func (l *Loop) lostUnsent() error {
	if l.ended.unsent == nil {
		return nil
	}
	return l.ended.unsent
}
