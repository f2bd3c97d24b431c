// Package streams provides buffered reading and writing on connections, as asyncio's
// StreamReader and StreamWriter do.
//
// A [Reader] finds lines, separators and exact counts in what a connection
// delivers. A [Writer] takes in what is to be sent without waiting, so it is an
// io.Writer that fmt, encoding/json or html/template can write to. The loop
// sends it, and [Writer.Drain] waits when the peer is slower than we are:
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
// The loop sends what was written, also after Close, as long as the loop runs. So wait
// before the main task returns: with [Writer.Flush], or with Close and then
// [Writer.WaitClosed]. ([Writer.Drain] is not enough: it waits until little is left.) What
// is not sent when the loop ends is lost, and both sides know: the peer gets an error, and
// [rt.Run] and [rt.Loop.Close] return an [*rt.UnsentError], which names the connections
// and the numbers of bytes. A peer that does not read makes WaitClosed wait: bound it with
// [rt.Timeout], and then call [Writer.Abort], which says that you give up the rest.
//
// [Dial] connects. [Server] serves, and waits by itself until what its handlers have
// written is sent. A server that gives its clients time when it is told to end has a task
// for that beside [Server.Serve], which returns nil when the last client has gone:
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
// Both ways lead to the rest of Go: [NetConn] makes a [net.Conn] of a
// connection, [NetListener] a [net.Listener], [ToReader] and [ToWriter] what a
// decoder and an encoder want, for libraries that block; [FromReader],
// [FromWriter] and [FromNetConn] make a connection of what blocks: [Stdin] and
// [Stdout] are two of these.
//
// Like connections, readers and writers belong to one loop and are not safe for
// use by several goroutines.
package streams
