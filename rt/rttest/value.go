package rttest

// This file prints the values of variables for a recording: briefly, and without calling any
// method of them. A method could lock, block or panic.

import (
	"fmt"
	"math"
	"reflect"
	"regexp"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// The limits of what is printed.
const (
	deepest       = 2   // levels of structs, pointers and slices
	mostElements  = 10  // of a slice or an array, and fields of a struct
	mostBytes     = 256 // of the text
	mostRawBytes  = 32  // of a []byte
	mostTextBytes = 64  // of a string
)

// opaque are the packages whose structs are printed as the name of their type: what they keep
// says little, and other goroutines may be changing it.
var opaque = []string{"sync", "sync/atomic", "time", "os", "net", "context", "reflect", "runtime", "testing", "math/rand", "math/rand/v2"}

// brief returns the value of v in at most mostBytes bytes. shared says that other goroutines may be
// changing what v points to: brief does not read that then.
func brief(v reflect.Value, shared bool) (text string) {
	// A goroutine that nobody knows of may still change a string or an interface while it is read,
	// and a recording must not end the program.
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if recover() != nil {
			text = "…"
		}
	}()
	p := printer{shared: shared}
	p.print(v, 0)
	return cut(p.String(), mostBytes)
}

// briefError returns the text of err, which may not be nil.
func briefError(err error) (text string) {
	defer func() {
		if v := recover(); v != nil {
			text = fmt.Sprintf("a %T, whose method Error panics", err)
		}
	}()
	text, _, _ = strings.Cut(err.Error(), "\n") // without the stack of a panic
	return cut(text, mostBytes)
}

// cut shortens text to n bytes.
func cut(text string, n int) string {
	if len(text) <= n {
		return text
	}
	n -= len("…")
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n] + "…"
}

// results are the types that hold several results of a coroutine.
var results = regexp.MustCompile(`^(Two|Three)\[`)

// A printer prints one value.
type printer struct {
	strings.Builder
	shared bool // what lies behind pointers is not read
}

// full reports whether nothing that is printed now would be shown.
func (p *printer) full() bool { return p.Len() > mostBytes }

// print prints v, which lies depth levels below a variable.
func (p *printer) print(v reflect.Value, depth int) {
	if p.full() {
		return
	}
	switch v.Kind() {
	case reflect.Invalid:
		p.WriteString("nil")
	case reflect.Bool:
		p.WriteString(strconv.FormatBool(v.Bool()))
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		if v.Type() == reflect.TypeFor[time.Duration]() {
			p.WriteString(time.Duration(v.Int()).String())
			return
		}
		p.WriteString(strconv.FormatInt(v.Int(), 10))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		p.WriteString(strconv.FormatUint(v.Uint(), 10))
	case reflect.Float32:
		p.WriteString(strconv.FormatFloat(v.Float(), 'g', -1, 32))
	case reflect.Float64:
		p.WriteString(strconv.FormatFloat(v.Float(), 'g', -1, 64))
	case reflect.Complex64, reflect.Complex128:
		fmt.Fprint(p, v.Complex())
	case reflect.String:
		p.text(v.String(), mostTextBytes)
	case reflect.Pointer:
		if v.IsNil() {
			p.WriteString("nil")
			return
		}
		p.WriteByte('&')
		if p.shared {
			p.WriteString("…")
			return
		}
		switch v.Elem().Kind() {
		case reflect.Pointer, reflect.Interface, reflect.Map:
			if depth++; depth > deepest {
				p.WriteString("…")
				return
			}
		}
		p.print(v.Elem(), depth)
	case reflect.Interface:
		p.print(v.Elem(), depth)
	case reflect.Struct:
		p.structure(v, depth)
	case reflect.Slice, reflect.Array:
		p.list(v, depth)
	case reflect.Map:
		p.table(v)
	case reflect.Chan:
		if v.IsNil() {
			p.WriteString("nil")
			return
		}
		p.WriteString(v.Type().String())
		if !p.shared {
			fmt.Fprintf(p, " (%d of %d)", v.Len(), v.Cap())
		}
	default: // a function, an unsafe.Pointer
		if v.IsNil() {
			p.WriteString("nil")
			return
		}
		p.WriteString(v.Type().String())
	}
}

// text prints s, cut to n bytes.
func (p *printer) text(s string, n int) {
	if len(s) <= n {
		p.WriteString(strconv.Quote(s))
		return
	}
	fmt.Fprintf(p, "%s… (%d bytes)", strconv.Quote(strings.TrimSuffix(cut(s, n), "…")), len(s))
}

func (p *printer) structure(v reflect.Value, depth int) {
	t := v.Type()
	p.WriteString(t.String())
	if t.NumField() == 0 {
		p.WriteString("{}")
		return
	}
	if depth == deepest || isOurs(t.PkgPath()) && !results.MatchString(t.Name()) || slices.Contains(opaque, t.PkgPath()) {
		p.WriteString("{…}")
		return
	}
	p.WriteByte('{')
	for i := range t.NumField() {
		if !p.next(i) {
			break
		}
		p.WriteString(t.Field(i).Name + ": ")
		p.print(v.Field(i), depth+1)
	}
	p.WriteByte('}')
}

func (p *printer) list(v reflect.Value, depth int) {
	if v.Kind() == reflect.Slice && v.IsNil() {
		p.WriteString("nil")
		return
	}
	n, unread := v.Len(), p.shared && v.Kind() == reflect.Slice
	if v.Type().Elem().Kind() == reflect.Uint8 {
		if unread {
			fmt.Fprintf(p, "%d bytes", n)
			return
		}
		raw := make([]byte, min(n, mostRawBytes))
		for i := range raw {
			raw[i] = byte(v.Index(i).Uint())
		}
		fmt.Fprintf(p, "%d bytes", n)
		if text := strings.TrimRight(string(raw), "\x00"); text != "" {
			p.WriteString(": " + strconv.Quote(text))
			if len(text) < n {
				p.WriteString("…")
			}
		} else if n > 0 {
			p.WriteString(": 0…")
		}
		return
	}
	p.WriteString(v.Type().String())
	if n > 0 && (depth == deepest || unread) {
		fmt.Fprintf(p, "{%d elements}", n)
		return
	}
	p.WriteByte('{')
	for i := range n {
		if !p.next(i) {
			break
		}
		p.print(v.Index(i), depth+1)
	}
	p.WriteByte('}')
}

// table prints a map without its elements. To range over a map while another goroutine changes
// it would end the program, and nothing says whether one does.
func (p *printer) table(v reflect.Value) {
	switch {
	case v.IsNil():
		p.WriteString("nil")
	case p.shared:
		p.WriteString(v.Type().String() + "{…}")
	case v.Len() == 0:
		p.WriteString(v.Type().String() + "{}")
	default:
		fmt.Fprintf(p, "%s{%d elements}", v.Type(), v.Len())
	}
}

// next prints what stands before element i. It reports false if there is no room for the element.
func (p *printer) next(i int) bool {
	if i > 0 {
		p.WriteString(", ")
	}
	if i == mostElements {
		p.WriteString("…")
		return false
	}
	return !p.full()
}

// integer returns the value of an integer variable.
func integer(v reflect.Value) (n int, ok bool) {
	switch {
	case v.CanInt():
		return int(v.Int()), true
	case v.CanUint() && v.Uint() <= math.MaxInt32:
		return int(v.Uint()), true
	}
	return 0, false
}
