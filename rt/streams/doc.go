// Package streams is buffered reading and writing on connections: asyncio's
// StreamReader and StreamWriter.
//
// A [Reader] finds lines, separators and exact counts in what a connection
// delivers. A [Writer] takes in what is to be sent without waiting, so it is an
// io.Writer that fmt, encoding/json or html/template can write to; the loop
// sends it, and [Writer.Drain] waits when the peer is slower than we are:
//
//	s := streams.New(conn)
//	defer s.Close()
//	for {
//		line, err := co.Await(s.ReadLine())
//		if err != nil {
//			return err
//		}
//		fmt.Fprintf(s, "you said %s", line)
//		if err := co.Wait(s.Drain()); err != nil {
//			return err
//		}
//	}
//
// [Dial] connects, [Server] serves.
//
// Both ways lead to the rest of Go: [NetConn] makes a [net.Conn] of a
// connection, [NetListener] a [net.Listener], [ToReader] and [ToWriter] what a
// decoder and an encoder want, for libraries that block; [FromReader],
// [FromWriter] and [FromNetConn] make a connection of what blocks: [Stdin] and
// [Stdout] are two of these.
//
// Like connections, readers and writers belong to one loop and are not safe for
// use by several goroutines.
package streams
