// Package netio provides connections, listeners and sockets for datagrams whose
// operations are awaited. It is to package rt what package net is to goroutines.
//
// [Dial] and [Listen] make TCP and Unix sockets, [ListenPacket] and [DialPacket] sockets
// for datagrams. [FileConn] takes pipes and terminals. [NewConn], [NewListener] and
// [NewPacketConn] take a carrier of your own: an [Endpoint], an [Acceptor] or a
// [PacketEndpoint]. [Resolve] looks up names.
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
// Package streams has buffers for connections, package tlsconn encryption, and package
// transports callbacks.
//
// The package uses nothing of package rt that is not exported: rt.Loop.Watch waits for
// descriptors, and an rt.Stage begins each operation. In the same way you can make
// something else awaitable: see the package example/inotify of this module.
package netio
