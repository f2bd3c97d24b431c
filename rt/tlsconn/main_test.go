package tlsconn_test

// This file contains what the tests of the package share.

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"sync"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
)

func TestMain(m *testing.M) { testbed.Main(m) }

var (
	do     = testbed.Do
	spawn  = testbed.Spawn
	yields = testbed.Yields
)

func await[T any](x rt.Expr[T]) (T, error) { return rt.Block(x) }

func wait[T any](x rt.Expr[T]) error { return testbed.Wait(x) }

// run runs fn as the main task of a loop for tests.
func run(t *testing.T, fn func() error) {
	t.Helper()
	if _, err := testbed.Run(t, do(fn)); err != nil {
		t.Error(err)
	}
}

// configs returns the configurations of a server and of a client that trusts the server as
// example.test.
var configs = sync.OnceValues(func() (server, client *tls.Config) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, DNSNames: []string{"example.test", "localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		panic(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(cert)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}},
		&tls.Config{RootCAs: roots, ServerName: "example.test"}
})
