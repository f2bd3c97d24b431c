package rttest

// This file reads the frames in the chain of a task.

import (
	"reflect"
	"slices"
	"strings"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/inside"
	"github.com/coroutinegen/coroutinegen/rt/rttest/recording"
)

// A level is one level of the chain of a task.
type level struct {
	pointer any           // the frame or the operation, or the task that is waited for
	value   reflect.Value // what pointer points to; or pointer itself
	name    string
	at      recording.Position
}

// chain returns the chain of t, down to the operation or the task that it waits for.
func (r *Recorder) chain(t *rt.Task) []level {
	var levels []level
	for c, place := range t.Frames() {
		l := level{pointer: c, value: reflect.ValueOf(c), name: place.Function}
		_, other := c.(*rt.Task)
		if l.value.Kind() == reflect.Pointer && !l.value.IsNil() && !other {
			l.value = l.value.Elem()
			r.types.add(l.value.Type(), false)
		}
		l.at = recording.Position{State: l.state(), Line: place.Line}
		if levels = append(levels, l); other {
			break
		}
	}
	last := len(levels) - 1
	return slices.DeleteFunc(levels, func(l level) bool {
		_, ok := l.pointer.(Harness)
		return ok && !l.is(levels[last])
	})
}

// A Harness is a coroutine or an operation that belongs to the test, and not to what is tested.
// Recordings show it only as what a task waits for.
type Harness interface{ Harness() }

// state returns the field state of a frame.
func (l level) state() *int {
	if l.value.Kind() != reflect.Struct || isOurs(l.value.Type().PkgPath()) {
		return nil
	}
	f := l.value.FieldByName("state")
	if !f.IsValid() {
		return nil
	}
	n, ok := integer(f)
	if !ok {
		return nil
	}
	return &n
}

// is reports whether l and other are the same frame or operation.
func (l level) is(other level) bool {
	return reflect.TypeOf(l.pointer) == reflect.TypeOf(other.pointer) && reflect.TypeOf(l.pointer).Comparable() && l.pointer == other.pointer
}

// frames returns what a step did to the chain. from is the chain at its beginning, and to the
// chain at its end.
func (r *Recorder) frames(from, to []level) []recording.Frame {
	shared := r.shared()
	var list []recording.Frame
	same := 0
	for same < len(from) && same < len(to) && from[same].is(to[same]) {
		f := to[same].frame(shared)
		f.From = from[same].at
		list = append(list, f)
		same++
	}
	for _, l := range from[same:] { // have ended, or are no longer awaited
		if l.at.State == nil {
			continue
		}
		f := l.frame(shared)
		f.From, f.To = l.at, recording.Position{State: l.state()}
		list = append(list, f)
	}
	for _, l := range to[same:] {
		list = append(list, l.frame(shared))
	}
	return list
}

// shared reports whether other goroutines may be changing what the frames point to: a call of
// rt.ToThread is in progress. The frames themselves belong to the goroutine of the loop.
func (r *Recorder) shared() bool { return r.loop.Threads() > 0 }

// frame returns l as it is now. shared is as for brief.
func (l level) frame(shared bool) recording.Frame {
	f := recording.Frame{Name: l.name, To: l.at}
	t := l.value.Type()
	f.Package = t.PkgPath()
	f.Type, f.Args = splitType(t)
	if l.at.State == nil {
		return f
	}
	for i := range t.NumField() {
		if field := t.Field(i); field.Name != "state" {
			f.Fields = append(f.Fields, recording.Field{Name: field.Name, Type: field.Type.String(), Value: fieldValue(l.value.Field(i), shared)})
		}
	}
	return f
}

// fieldValue returns the value of a field of a frame. That of an operation or a coroutine is its
// own affair: if it is being awaited, it is a level of the chain.
func fieldValue(v reflect.Value, shared bool) string {
	if polls(v.Type()) {
		return ""
	}
	return brief(v, shared)
}

// polls reports whether t, or a pointer to t, has the method Poll.
func polls(t reflect.Type) bool {
	if t.Kind() != reflect.Pointer {
		t = reflect.PointerTo(t)
	}
	_, ok := t.MethodByName("Poll")
	return ok
}

// splitType returns the name of t and its type arguments.
func splitType(t reflect.Type) (name, args string) {
	name = t.Name()
	if name == "" {
		return t.String(), ""
	}
	name, args, generic := strings.Cut(name, "[")
	if generic {
		args = "[" + args
	}
	return name, args
}

// isOurs reports whether pkg is package rt or below it, and not a test.
func isOurs(pkg string) bool {
	const rt = inside.Module + "rt"
	return (pkg == rt || strings.HasPrefix(pkg, rt+"/")) && !strings.HasSuffix(pkg, "_test")
}

// A typeSet is the types of the frames of users that were seen.
type typeSet struct {
	types map[reflect.Type]bool // value: embedded in another one
	names map[[2]string]bool
}

// add adds t, if it is the type of a frame, and the frames that are embedded in it or that it
// points to.
func (s *typeSet) add(t reflect.Type, embedded bool) {
	if t.Kind() != reflect.Struct || isOurs(t.PkgPath()) || !polls(t) || reflect.PointerTo(t).Implements(reflect.TypeFor[Harness]()) {
		return
	}
	if old, ok := s.types[t]; ok {
		s.types[t] = old || embedded
		return
	}
	if s.types == nil {
		s.types, s.names = make(map[reflect.Type]bool), make(map[[2]string]bool)
	}
	s.types[t] = embedded
	name, _ := splitType(t)
	s.names[[2]string{t.PkgPath(), name}] = true
	for i := range t.NumField() {
		switch f := t.Field(i).Type; f.Kind() {
		case reflect.Pointer:
			s.add(f.Elem(), false)
		default:
			s.add(f, true)
		}
	}
}

func (s *typeSet) has(pkg, name string) bool { return s.names[[2]string{pkg, name}] }

// merge adds the types of other.
func (s *typeSet) merge(other *typeSet) {
	for t, embedded := range other.types {
		s.add(t, embedded)
	}
}

// layouts returns the types, in the order of their names.
func (s *typeSet) layouts() []recording.Layout {
	var list []recording.Layout
	for t, embedded := range s.types {
		name, args := splitType(t)
		list = append(list, recording.Layout{Package: t.PkgPath(), Type: name, Args: args, Bytes: int64(t.Size()), Inside: embedded})
	}
	slices.SortFunc(list, func(a, b recording.Layout) int {
		return strings.Compare(a.Package+"."+a.Type+a.Args, b.Package+"."+b.Type+b.Args)
	})
	return list
}
