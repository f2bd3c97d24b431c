package blocking

// This file holds the table of the functions that block.

import (
	"go/ast"
	"go/types"
	"strings"
)

// The remedies.
const (
	onThread    = "call it on another goroutine, with rt.ToThread"
	withContext = "call it on another goroutine, with rt.ToThreadContext"
	withFiles   = "use package rt/files, or call it with rt.ToThread"
	withNetio   = "use package rt/netio, or call it with rt.ToThread"
	withProcess = "use package rt/subprocess, or call it with rt.ToThread"
)

// table lists, by remedy, the functions that block. A line has the path of a package, or a type
// of it with its path, and names. A * stands for all functions of the package and their methods,
// or for all methods of the type.
var table = parse(map[string]string{
	"await rt.Sleep instead": `
		time Sleep`,

	"await the tasks instead, or call it with rt.ToThread": `
		sync.WaitGroup Wait
		golang.org/x/sync/errgroup.Group Wait`,

	"use a locks.Condition instead": `
		sync.Cond Wait`,

	"use a locks.Semaphore instead": `
		golang.org/x/sync/semaphore.Weighted Acquire`,

	withFiles: `
		os ReadFile WriteFile Open OpenFile Create CreateTemp ReadDir Readlink
		os Stat Lstat Mkdir MkdirAll MkdirTemp Remove RemoveAll Rename Link Symlink Truncate
		os Chmod Chown Lchown Chtimes CopyFS
		os.File Read ReadAt ReadFrom Write WriteAt WriteString WriteTo Seek Sync Truncate Stat
		os.File ReadDir Readdir Readdirnames Chmod Chown
		os.Root Open OpenFile OpenRoot Create Mkdir MkdirAll ReadFile WriteFile Stat Lstat Remove
		os.Root RemoveAll Rename Readlink Link Symlink Chmod Chown Lchown Chtimes
		io/ioutil ReadFile WriteFile ReadDir TempFile TempDir
		path/filepath Walk WalkDir Glob EvalSymlinks`,

	withProcess: `
		os.Process Wait
		os/exec.Cmd Run Wait Output CombinedOutput`,

	"use streams.Stdin": `
		fmt Scan Scanf Scanln`,

	withNetio: `
		net Dial DialTimeout DialTCP DialUnix DialIP
		net.Dialer Dial DialContext DialTCP DialUnix DialIP
		net LookupAddr LookupCNAME LookupHost LookupIP LookupMX LookupNS LookupPort LookupSRV LookupTXT
		net ResolveTCPAddr ResolveUDPAddr ResolveIPAddr
		net.Resolver LookupAddr LookupCNAME LookupHost LookupIP LookupIPAddr LookupMX LookupNS
		net.Resolver LookupNetIP LookupPort LookupSRV LookupTXT
		net.Conn Read Write
		net.conn Read Write
		net.TCPConn ReadFrom WriteTo
		net.Buffers WriteTo
		net.Listener Accept
		net.TCPListener Accept AcceptTCP
		net.UnixListener Accept AcceptUnix
		net.PacketConn ReadFrom WriteTo
		net.UDPConn ReadFrom ReadFromUDP ReadFromUDPAddrPort ReadMsgUDP ReadMsgUDPAddrPort
		net.UnixConn ReadFrom ReadFromUnix ReadMsgUnix
		net.IPConn ReadFrom ReadFromIP ReadMsgIP`,

	"use package rt/tlsconn, or call it with rt.ToThread": `
		crypto/tls Dial DialWithDialer
		crypto/tls.Dialer Dial DialContext
		crypto/tls.Conn Handshake HandshakeContext Read Write`,

	withContext: `
		database/sql.DB Exec ExecContext Query QueryContext QueryRow QueryRowContext
		database/sql.DB Prepare PrepareContext Ping PingContext Begin BeginTx Conn
		database/sql.Conn ExecContext QueryContext QueryRowContext PrepareContext PingContext BeginTx Raw
		database/sql.Tx Exec ExecContext Query QueryContext QueryRow QueryRowContext
		database/sql.Tx Prepare PrepareContext Commit Rollback
		database/sql.Stmt Exec ExecContext Query QueryContext QueryRow QueryRowContext
		database/sql.Rows Next NextResultSet
		database/sql.Row Scan
		net/http Get Head Post PostForm
		net/http.Client Do Get Head Post PostForm
		net/http.Transport RoundTrip
		net/http.RoundTripper RoundTrip
		net/http.Server Shutdown`,

	onThread: `
		net/http ListenAndServe ListenAndServeTLS Serve ServeTLS
		net/http.Server ListenAndServe ListenAndServeTLS Serve ServeTLS
		net/rpc Dial DialHTTP DialHTTPPath
		net/rpc.Client Call
		net/smtp Dial SendMail
		golang.org/x/sync/singleflight.Group Do
		github.com/coroutinegen/coroutinegen/rt BlockContender`,
})

// parse returns the remedy of each function by its full name.
func parse(lines map[string]string) map[string]string {
	remedies := make(map[string]string)
	for remedy, text := range lines {
		for l := range strings.Lines(text) {
			words := strings.Fields(l)
			for i := 1; i < len(words); i++ {
				remedies[words[0]+"."+words[i]] = remedy
			}
		}
	}
	return remedies
}

// listed returns the remedy for a call of fn. ok is false if fn is neither in the table nor
// named by the flag.
func (p *pass) listed(fn *types.Func) (remedy string, ok bool) {
	full := fullName(fn)
	if remedy, ok := table[full]; ok {
		return remedy, true
	}
	path := fn.Pkg().Path()
	ofType := full[:strings.LastIndex(full, ".")]
	return onThread, p.extra[full] || p.extra[path+".*"] || p.extra[ofType+".*"]
}

// fullName returns the path of the package of fn, the type of its receiver, if it is a method,
// and its name.
func fullName(fn *types.Func) string {
	if fn.Pkg() == nil {
		return fn.Name()
	}
	return fn.Pkg().Path() + "." + methodName(fn)
}

// methodName returns the name of fn, after the type of its receiver if it is a method.
func methodName(fn *types.Func) string {
	recv := fn.Signature().Recv()
	if recv == nil {
		return fn.Name()
	}
	if named := namedOf(recv.Type()); named != nil {
		return named.Obj().Name() + "." + fn.Name()
	}
	return fn.Name()
}

// namedOf returns the named type that t is or points to, or nil.
func namedOf(t types.Type) *types.Named {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	named, _ := types.Unalias(t).(*types.Named)
	return named
}

// display returns the name of fn, a function of another package that call calls, for a message.
// The type of a method is that of the operand if both belong to one package: net.TCPConn.Read
// is declared for a type that is not exported.
func display(info *types.Info, call *ast.CallExpr, fn *types.Func) string {
	name := methodName(fn)
	if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok {
		if s := info.Selections[sel]; s != nil {
			if named := namedOf(s.Recv()); named != nil && named.Obj().Pkg() == fn.Pkg() {
				name = named.Obj().Name() + "." + fn.Name()
			}
		}
	}
	return fn.Pkg().Name() + "." + name
}
