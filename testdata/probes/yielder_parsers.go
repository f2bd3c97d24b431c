package fz

// Programs whose generators are sent input as it comes: parsers, decoders, protocols and dialogues.

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/machine"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// A script is what a caller does with a generator: n for Next, s for Send, t for Throw, x for
// Throw(ErrGeneratorExit), c for Close, a for a range over All.
var scripts = makeScripts()

func makeScripts() (list []string) {
	const ops = "nstxca"
	list = []string{""}
	for _, a := range ops {
		list = append(list, string(a))
		for _, b := range ops {
			list = append(list, string(a)+string(b), "n"+string(a)+string(b))
		}
	}
	seed := uint32(1)
	for i := range 40 {
		script := "n"
		for range 3 + i/5 {
			seed = seed*1664525 + 1013904223
			script += string("nnnsssssttxca"[seed>>16%13])
		}
		list = append(list, script)
	}
	return list
}

var errThrown = errors.New("thrown")

// drives compares the generator that pull makes with the reference, which runs body, under all
// scripts. in makes the values to send.
func drives[Out, In, R any](s *rttest.Script, name string, in func(i int) In, body func(y co.Yielder[Out, In]) (R, error), pull func() rt.SendGenerator[Out, In, R]) {
	for _, script := range scripts {
		a := driven(script, in, pull)
		b := driven(script, in, func() rt.SendGenerator[Out, In, R] {
			g := machine.NewSendPull(name, body)
			return &g
		})
		if a != b {
			fmt.Printf("%s %q: the generator does\n%s\nand the reference\n%s\n", name, script, a, b)
			os.Exit(1) // even if all versions are wrong alike
		}
	}
	s.Note("%s", name)
}

// said is what the functions say since the last step.
var said []string

func tell(format string, args ...any) { said = append(said, fmt.Sprintf(format, args...)) }

// driven returns what the calls in script return, panic with or end by Goexit, and what the
// function says meanwhile.
func driven[Out, In, R any](script string, in func(i int) In, pull func() rt.SendGenerator[Out, In, R]) string {
	var b strings.Builder
	said = nil
	g := pull()
	fmt.Fprintf(&b, "%s", state(g))
	for i, op := range script {
		fmt.Fprintf(&b, "\n%c %v %v", op, called(func() string { return do(g, op, in(i)) }), said)
		said = nil
		v, err := g.Result()
		fmt.Fprintf(&b, " (%v, %v) %s", v, err, state(g))
	}
	for range 20 { // it may yield once more, or panic
		called(func() string { return do(g, 'c', in(0)) })
	}
	return b.String()
}

// state returns the state of g. The line of a generator that is suspended depends on the version.
func state[Out, In, R any](g rt.SendGenerator[Out, In, R]) string {
	_, state, _ := strings.Cut(g.String(), ": ")
	if state != "created" && state != "closed" {
		return ""
	}
	return state
}

// do does one operation.
func do[Out, In, R any](g rt.SendGenerator[Out, In, R], op rune, in In) string {
	switch op {
	case 'n':
		v, ok := g.Next()
		return fmt.Sprint(v, ok)
	case 's':
		v, ok := g.Send(in)
		return fmt.Sprint(v, ok)
	case 't':
		v, ok := g.Throw(errThrown)
		return fmt.Sprint(v, ok)
	case 'x':
		v, ok := g.Throw(rt.ErrGeneratorExit)
		return fmt.Sprint(v, ok)
	case 'c':
		return fmt.Sprint(g.Close())
	}
	n := 0
	var values []string
	for v := range g.All() {
		values = append(values, fmt.Sprint(v))
		if n++; n == 3 {
			break
		}
	}
	return fmt.Sprint(values)
}

// called returns the result of f, its panic, or that it has ended its goroutine.
func called(f func() string) string {
	done := make(chan string)
	go func() {
		result := "exit"
		defer func() {
			if v := recover(); v != nil {
				result = fmt.Sprint("panic ", v)
			}
			done <- result
		}()
		result = f()
	}()
	return <-done
}

func tens(i int) int { return 10 * i }

func words(i int) string { return strings.Repeat("x", i) }

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// feed begins g, sends it the inputs, and notes what it yields and returns.
func feed[Out, In, R any](s *rttest.Script, g rt.SendGenerator[Out, In, R], inputs ...In) {
	v, ok := g.Next()
	for _, in := range inputs {
		if !ok {
			break
		}
		if v, ok = g.Send(in); ok {
			s.Note("%v -> %v", in, v)
		}
	}
	err := g.Close()
	r, failed := g.Result()
	s.Note("close %v result %v %v", err, r, failed)
}

// splitLines is sent pieces of a text and yields the lines that each piece completes.
//
//coroutine:generator
func splitLines(y co.Yielder[[]string, string]) (rest string, err error) {
	var lines []string
	for {
		piece, err := y.Yield(lines)
		if err != nil {
			return rest, err
		}
		lines = nil
		rest += piece
		for {
			line, more, ok := strings.Cut(rest, "\n")
			if !ok {
				break
			}
			lines = append(lines, strings.TrimSuffix(line, "\r"))
			rest = more
		}
	}
}

// decodeUTF8 is sent bytes and yields a rune, or -1 if the rune is not complete.
//
//coroutine:generator
func decodeUTF8(y co.Yielder[rune, byte]) (bad int, err error) {
	r := rune(-1)
	for {
		b, err := y.Yield(r)
		if err != nil {
			return bad, err
		}
		buf := []byte{b}
		for !utf8.FullRune(buf) {
			if b, err = y.Yield(-1); err != nil {
				return bad + 1, fmt.Errorf("after %x: %w", buf, err)
			}
			buf = append(buf, b)
		}
		var size int
		if r, size = utf8.DecodeRune(buf); r == utf8.RuneError && size == 1 {
			bad++
		}
	}
}

//coroutine:async
func SubjectLines(s *rttest.Script) (string, error) {
	feed(s, splitLinesPull(), "a\nb", "c\r\n", "", "\n\nd")
	drives(s, "splitLines", func(i int) string { return strings.Repeat("x\ny", i%3) }, func(y co.Yielder[[]string, string]) (string, error) { return splitLines(y) }, func() rt.SendGenerator[[]string, string, string] { return splitLinesPull() })
	feed(s, decodeUTF8Pull(), []byte("aö€\xff😀\xe2\x82")...)
	drives(s, "decodeUTF8", func(i int) byte { return byte("ö€x"[i%6]) }, func(y co.Yielder[rune, byte]) (int, error) { return decodeUTF8(y) }, func() rt.SendGenerator[rune, byte, int] { return decodeUTF8Pull() })
	return "", nil
}

// A token is a number, a name or an operator.
type token struct {
	kind rune // n, i, or the operator; 0 is the end
	text string
}

var errEnd = errors.New("unexpected end")

// tokens is sent runes and yields the token that each one completes, or none. The rune 0 ends the
// text.
//
//coroutine:generator
func tokens(y co.Yielder[*token, rune]) (n int, err error) {
	r, err := y.Yield(nil)
	for err == nil {
		var t token
		switch {
		case r == 0:
			return n, nil
		case unicode.IsSpace(r):
			r, err = y.Yield(nil)
			continue
		case unicode.IsDigit(r):
			t.kind = 'n'
			t.text, r, err = takes(r, unicode.IsDigit, y)
		case unicode.IsLetter(r):
			t.kind = 'i'
			t.text, r, err = takes(r, unicode.IsLetter, y)
		default:
			t = token{r, string(r)}
			r, err = y.Yield(nil)
		}
		if err != nil {
			return n, fmt.Errorf("in %q: %w", t.text, err)
		}
		n++
		if r == 0 {
			_, err = y.Yield(&t)
			return n, err
		}
		var next rune
		if next, err = y.Yield(&t); err == nil && next != ' ' {
			err = fmt.Errorf("want a blank after a token, not %q", next)
		}
	}
	return n, err
}

// takes returns the longest run of runes that are good, and the rune behind it.
//
//coroutine:generator
func takes(r rune, good func(rune) bool, y co.Yielder[*token, rune]) (text string, next rune, err error) {
	for good(r) {
		text += string(r)
		if r, err = y.Yield(nil); err != nil {
			return text, 0, err
		}
	}
	return text, r, nil
}

// expression is sent tokens and computes an expression: a parser that can wait for its input.
//
//coroutine:generator
func expression(y co.Yielder[string, token]) (int, error) {
	first, err := y.Yield("expression")
	if err != nil {
		return 0, err
	}
	v, last, err := sum(first, y)
	if err == nil && last.kind != 0 {
		err = fmt.Errorf("unexpected %q", last.text)
	}
	return v, err
}

//coroutine:generator
func sum(t token, y co.Yielder[string, token]) (v int, next token, err error) {
	if v, t, err = product(t, y); err != nil {
		return
	}
	for t.kind == '+' || t.kind == '-' {
		op := t.kind
		if t, err = y.Yield("term"); err != nil {
			return v, t, err
		}
		var w int
		if w, t, err = product(t, y); err != nil {
			return v, t, err
		}
		if op == '-' {
			w = -w
		}
		v += w
	}
	return v, t, nil
}

//coroutine:generator
func product(t token, y co.Yielder[string, token]) (v int, next token, err error) {
	v, t, err = factor(t, y)
	for err == nil && (t.kind == '*' || t.kind == '/') {
		op := t.kind
		t, err = y.Yield("factor")
		if err != nil {
			break
		}
		var w int
		if w, t, err = factor(t, y); err == nil && op == '*' {
			v *= w
		} else if err == nil {
			v /= w // may panic
		}
	}
	return v, t, err
}

//coroutine:generator
func factor(t token, y co.Yielder[string, token]) (v int, next token, err error) {
	switch t.kind {
	case 0:
		return 0, t, errEnd
	case 'n':
		if v, err = strconv.Atoi(t.text); err != nil {
			return 0, t, err
		}
		next, err = y.Yield("operator")
		return v, next, err
	case '-':
		if t, err = y.Yield("operand"); err != nil {
			return 0, t, err
		}
		v, next, err = factor(t, y)
		return -v, next, err
	case '(':
		if t, err = y.Yield("inner"); err != nil {
			return 0, t, err
		}
		if v, t, err = sum(t, y); err != nil {
			return v, t, err
		}
		if t.kind != ')' {
			return v, t, fmt.Errorf("want ), not %q", t.text)
		}
		next, err = y.Yield("operator")
		return v, next, err
	}
	return 0, t, fmt.Errorf("unexpected %q", t.text)
}

func scan(text string) (list []token) {
	for f := range strings.FieldsSeq(text) {
		kind := rune(f[0])
		if unicode.IsDigit(kind) {
			kind = 'n'
		}
		list = append(list, token{kind, f})
	}
	return append(list, token{})
}

//coroutine:async
func SubjectExpressions(s *rttest.Script) (string, error) {
	g := tokensPull()
	g.Next()
	for _, r := range "ab  + 12 * (  x 3 \x00" {
		t, ok := g.Send(r)
		if t != nil {
			s.Note("%q: %q", r, t.text)
		}
		if !ok {
			break
		}
	}
	s.Note("%v", g)
	text := []rune("a1 + 2")
	drives(s, "tokensShown", func(i int) rune { return text[i%len(text)] }, func(y co.Yielder[*token, rune]) (int, error) { return tokensShown(y) }, func() rt.SendGenerator[*token, rune, int] { return tokensShownPull() })
	for _, text := range []string{"1 + 2 * 3", "( 1 + 2 ) * - 3 - 4", "1 +", "1 2", "( 1", "x", "8 / 3 / 2", "( ( ( 1 ) ) )"} {
		s.Note("%s", text)
		feed(s, expressionPull(), scan(text)...)
	}
	list := scan("( 1 + 2 ) * - 3")
	drives(s, "expression", func(i int) token { return list[i%len(list)] }, func(y co.Yielder[string, token]) (int, error) { return expression(y) }, func() rt.SendGenerator[string, token, int] { return expressionPull() })
	zero := scan("6 / 0")
	drives(s, "expression", func(i int) token { return zero[(i+2)%3] }, func(y co.Yielder[string, token]) (int, error) { return expression(y) }, func() rt.SendGenerator[string, token, int] { return expressionPull() })
	return "", nil
}

// tokensShown yields no pointers that differ from run to run: it hands on none.
//
//coroutine:generator
func tokensShown(y co.Yielder[*token, rune]) (int, error) {
	inner := tokensPull()
	t, ok := inner.Next()
	for ok {
		if t != nil {
			tell("%c %s", t.kind, t.text)
		}
		r, err := y.Yield(nil)
		if err != nil {
			t, ok = inner.Throw(err)
		} else {
			t, ok = inner.Send(r)
		}
	}
	return inner.Result()
}

// A request is what readRequest has read.
type request struct {
	method, path string
	headers      map[string]string
	body         string
}

// readRequest is sent lines, and then the body in pieces. It yields what it wants next.
//
//coroutine:generator
func readRequest(y co.Yielder[string, string]) (req request, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("%s %s: %w", req.method, req.path, err)
		}
	}()
	line, err := y.Yield("request line")
	if err != nil {
		return req, err
	}
	var ok bool
	if req.method, req.path, ok = strings.Cut(line, " "); !ok {
		return req, fmt.Errorf("bad request line %q", line)
	}
	if req.headers, err = readHeaders(y); err != nil {
		return req, err
	}
	n, _ := strconv.Atoi(req.headers["length"])
	for len(req.body) < n {
		piece, err := y.Yield(fmt.Sprint(n-len(req.body), " bytes"))
		if err != nil {
			return req, err
		}
		req.body += piece
	}
	return req, nil
}

//coroutine:generator
func readHeaders(y co.Yielder[string, string]) (map[string]string, error) {
	m := map[string]string{}
	for {
		switch line, err := y.Yield("header"); {
		case err != nil:
			return m, err
		case line == "":
			return m, nil
		default:
			k, v, ok := strings.Cut(line, ": ")
			if !ok {
				return m, fmt.Errorf("bad header %q", line)
			}
			m[strings.ToLower(k)] = v
		}
	}
}

// serve reads requests until one asks to close.
//
//coroutine:generator
func serve(y co.Yielder[string, string]) (paths []string, err error) {
	for {
		req, err := readRequest(y)
		if err == rt.ErrGeneratorExit {
			return paths, nil
		}
		if err != nil {
			if _, err := y.Yield("400 " + err.Error()); err != nil {
				return paths, err
			}
			continue
		}
		paths = append(paths, req.path)
		if req.headers["connection"] == "close" {
			return paths, nil
		}
	}
}

//coroutine:async
func SubjectRequests(s *rttest.Script) (string, error) {
	feed(s, readRequestPull(), "POST /a", "Length: 5", "X: y", "", "abc", "de", "more")
	feed(s, readRequestPull(), "GET /", "nonsense")
	feed(s, servePull(), "GET /a", "", "bad", "", "GET /b", "Connection: close", "")
	lines := []string{"GET /a", "", "GET /b", "Length: 3", "", "ab", "bad"}
	drives(s, "serve", func(i int) string { return lines[i%len(lines)] }, func(y co.Yielder[string, string]) ([]string, error) { return serve(y) }, func() rt.SendGenerator[string, string, []string] { return servePull() })
	drives(s, "readRequest", func(i int) string { return lines[(i+1)%len(lines)] }, func(y co.Yielder[string, string]) (request, error) { return readRequest(y) }, func() rt.SendGenerator[string, string, request] { return readRequestPull() })
	return "", nil
}

// readCSV is sent runes and yields the records that they complete.
//
//coroutine:generator
func readCSV(y co.Yielder[[]string, rune]) (records int, err error) {
	var record, done []string
	var field strings.Builder
	for {
		r, err := y.Yield(done)
		if err != nil {
			return records, err
		}
		done = nil
		switch r {
		case '"':
			text, next, err := readQuoted(y)
			if err != nil {
				return records, fmt.Errorf("in quotes: %w", err)
			}
			field.WriteString(text)
			if r = next; r != ',' && r != '\n' {
				return records, fmt.Errorf("%q after a quoted field", r)
			}
			fallthrough
		case ',', '\n':
			record = append(record, field.String())
			field.Reset()
			if r == '\n' {
				done, record = record, nil
				records++
			}
		default:
			field.WriteRune(r)
		}
	}
}

// readQuoted reads up to the quote that is not doubled, and returns the rune behind it as well.
//
//coroutine:generator
func readQuoted(y co.Yielder[[]string, rune]) (string, rune, error) {
	var text []rune
	for {
		r, err := y.Yield(nil)
		if err != nil {
			return string(text), 0, err
		}
		if r == '"' {
			if r, err = y.Yield(nil); err != nil || r != '"' {
				return string(text), r, err
			}
		}
		text = append(text, r)
	}
}

// A run is a value that repeats.
type run struct {
	value byte
	n     int
}

// encodeRuns yields the run that each byte ends. The last one is its result.
//
//coroutine:generator
func encodeRuns(most int, y co.Yielder[run, byte]) (last run, err error) {
	var done run
	for {
		b, err := y.Yield(done)
		if err != nil {
			return last, err
		}
		done = run{}
		switch {
		case last.n > 0 && b == last.value && last.n < most:
			last.n++
		default:
			done, last = last, run{b, 1}
		}
	}
}

//coroutine:async
func SubjectEncodings(s *rttest.Script) (string, error) {
	feed(s, readCSVPull(), []rune("a,\"b\"\"c,\nd\",\n\n\"x\"y")...)
	text := []rune("a,\"b\"\n")
	drives(s, "readCSV", func(i int) rune { return text[i%len(text)] }, func(y co.Yielder[[]string, rune]) (int, error) { return readCSV(y) }, func() rt.SendGenerator[[]string, rune, int] { return readCSVPull() })
	feed(s, encodeRunsPull(3), []byte("aabccccc")...)
	drives(s, "encodeRuns", func(i int) byte { return "aabbbbc"[i%7] }, func(y co.Yielder[run, byte]) (run, error) { return encodeRuns(2, y) }, func() rt.SendGenerator[run, byte, run] { return encodeRunsPull(2) })
	return "", nil
}

var errTimeout = errors.New("timeout")

// ask asks until the answer is good, three times at most. A timeout costs a try.
//
//coroutine:generator
func ask(question string, good func(string) bool, y co.Yielder[string, string]) (string, error) {
	for try := 1; try <= 3; try++ {
		answer, err := y.Yield(question)
		switch {
		case errors.Is(err, errTimeout):
			question = fmt.Sprintf("are you there? (%d)", try)
		case err != nil:
			return "", err
		case good(answer):
			return answer, nil
		default:
			question = fmt.Sprintf("%q is not good", answer)
		}
	}
	return "", errors.New("too many tries")
}

// login is a dialogue.
//
//coroutine:generator
func login(users map[string]string, y co.Yielder[string, string]) (user string, err error) {
	defer func() {
		if err != nil && user != "" {
			err = fmt.Errorf("%s: %w", user, err)
		}
	}()
	user, err = ask("user?", func(s string) bool { return users[s] != "" }, y)
	if err != nil {
		return
	}
	if _, err = ask("password?", func(s string) bool { return s == users[user] }, y); err != nil {
		return
	}
	_, err = y.Yield("welcome, " + user)
	return
}

// vending is a machine that takes coins and hands out what they buy.
//
//coroutine:generator
func vending(price int, y co.Yielder[string, int]) (taken int, err error) {
	paid := 0
	defer func() {
		if paid > 0 {
			tell("gives back %d", paid)
		}
	}()
	for {
	idle:
		coin, err := y.Yield(fmt.Sprintf("%d to pay", price-paid))
		switch {
		case errors.Is(err, errThrown): // the button
			tell("gives back %d", paid)
			paid = 0
			goto idle
		case err != nil:
			return taken, err
		}
		if paid += coin; paid < price {
			continue
		}
		change := paid - price
		taken, paid = taken+price, 0
		if _, err := y.Yield(fmt.Sprint("takes it, with ", change)); err != nil {
			return taken, err
		}
	}
}

//coroutine:async
func SubjectDialogues(s *rttest.Script) (string, error) {
	users := map[string]string{"ada": "x", "bob": "xx"}
	feed(s, loginPull(users), "eve", "ada", "y", "x", "done")
	feed(s, loginPull(users), "a", "b", "c", "d")
	g := loginPull(users)
	g.Next()
	for range 3 {
		v, ok := g.Throw(errTimeout)
		s.Note("%q %v", v, ok)
	}
	user, err := g.Result()
	s.Note("%q %v", user, err)
	answers := []string{"eve", "bob", "xxx", "xx", ""}
	drives(s, "login", func(i int) string { return answers[i%len(answers)] }, func(y co.Yielder[string, string]) (string, error) { return login(users, y) }, func() rt.SendGenerator[string, string, string] { return loginPull(users) })
	drives(s, "vending", tens, func(y co.Yielder[string, int]) (int, error) { return vending(35, y) }, func() rt.SendGenerator[string, int, int] { return vendingPull(35) })
	return "", nil
}
