//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package main

import (
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/coroutinegen/coroutinegen/rt"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// python is what the same conversations print in Python 3.11.7. Each end has a log of its own: which
// of two ends sees something first is not determined.
const python = `-- create_server, create_connection
server: connection_made
server: data_received hello
server: data_received world
server: eof_received
server: connection_lost None
client: connection_made
client: data_received HELLO
client: data_received WORLD
client: eof_received
client: connection_lost None
-- create_server, open_connection
server: connection_made
server: data_received hello
server: data_received world
server: eof_received
server: connection_lost None
client: connected
client: read HELLO
client: read WORLD
client: end
-- start_server, create_connection
server: connected
server: read hello
server: read world
server: end
client: connection_made
client: data_received HELLO
client: data_received WORLD
client: eof_received
client: connection_lost None
-- start_server, open_connection
server: connected
server: read hello
server: read world
server: end
client: connected
client: read HELLO
client: read WORLD
client: end
`

func TestOutput(t *testing.T) {
	var out strings.Builder
	for _, c := range conversations {
		var server, client strings.Builder
		if _, err := rt.Run(converseAsync(c, &server, &client)); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		out.WriteString("-- " + c.name + "\n" + server.String() + client.String())
	}
	if want := strings.ReplaceAll(python, "None", "<nil>"); out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", &out, want)
	}
}
