// Package streams provides buffered reading and writing on connections, as asyncio's
// StreamReader and StreamWriter do.
//
// A [Reader] reads lines, data up to a separator, and exact numbers of bytes from a connection.
// A [Writer] buffers data without waiting, so it is an io.Writer for fmt, encoding/json or
// html/template. The loop sends the data. [Writer.Drain] waits if the peer is slower than the
// program:
//
//	s := streams.New(conn)
//	defer co.Wait(s.WaitClosed()) // after Close, until everything is sent
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
// The loop sends what was written as long as it runs, even after Close. So the main task must
// wait before it returns, with [Writer.Flush], or with Close and then [Writer.WaitClosed].
// ([Writer.Drain] is not enough, because it waits only until little is left.) Data that is not
// sent when the loop ends is lost, and both sides learn that. The peer gets an error. [rt.Run]
// and [rt.Loop.Close] return an [*rt.UnsentError] with the connections and the numbers of
// bytes. If the peer does not read, WaitClosed waits. Limit the wait by [rt.Timeout], and then
// call [Writer.Abort] to drop the rest.
//
// [Dial] connects. A [Server] serves, and waits until everything that its handlers have written
// is sent. A server that gives its clients time before it ends needs a task for that beside
// [Server.Serve], which returns nil when the last client has gone:
//
//	//coroutine:async
//	func closeOnSignal(server *streams.Server) error {
//		signals := rt.Signals(os.Interrupt, syscall.SIGTERM)
//		defer signals.Close()
//		if _, err := co.Await(signals.Next()); err != nil {
//			return err
//		}
//		server.Close() // accepts no more clients
//		if err := co.Wait(rt.Sleep(10 * time.Second)); err != nil {
//			return err // cancelled by rt.Run: all clients have gone
//		}
//		server.CancelClients(errors.New("the server shuts down"))
//		return nil
//	}
//
// Several functions convert between connections and the interfaces of other packages. For
// libraries that block, [NetConn] makes a [net.Conn] of a connection, [NetListener] makes a
// [net.Listener], and [ToReader] and [ToWriter] make readers and writers for decoders and
// encoders. [FromReader], [FromWriter] and [FromNetConn] make connections of readers, writers
// and connections that block. [Stdin] and [Stdout] are such connections.
//
// Like connections, readers and writers belong to one loop and are not safe for use by several
// goroutines.
package streams
