// Package netio provides connections, listeners and datagram sockets whose operations are
// awaited. It does for coroutines what package net does for goroutines.
//
// [Dial] and [Listen] make TCP and Unix sockets, [ListenPacket] and [DialPacket] make datagram
// sockets. [FileConn] takes pipes and terminals. [NewConn], [NewListener] and [NewPacketConn]
// take a carrier of your own: an [Endpoint], an [Acceptor] or a [PacketEndpoint]. [Resolve]
// looks up names.
//
//	//coroutine:async
//	func echo(conn *netio.Conn) error {
//		defer conn.Close()
//		buf := make([]byte, 4096)
//		for {
//			n, err := co.Await(conn.Read(buf))
//			if err != nil {
//				return err
//			}
//			if _, err := co.Await(conn.Write(buf[:n])); err != nil {
//				return err
//			}
//		}
//	}
//
// Package streams provides buffers for connections, package tlsconn encryption, and package
// transports callbacks.
//
// The package uses only what package rt exports: rt.Loop.Watch waits for descriptors, and an
// rt.Stage begins each operation. You can make other things awaitable in the same way: see
// package example/inotify of this module.
package netio
