package digest_test

// This file tests what changes a digest and what does not.

import (
	"strings"
	"testing"

	"github.com/coroutinegen/coroutinegen/gen/internal/load"
)

// program is the program that each test edits.
const program = `package test

import (
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"test/other"
)

type number int

type list []int

type account struct {
	name string
	n    int
}

const limit = 3

func pair() (number, account) { return 1, account{} }

//coroutine:async
func f(a list, m map[string]account) (int, error) {
	n, acc := pair() // two
	for i, x := range a {
		if i > limit && x != 0x1F {
			break
		}
		err := co.Wait(rt.Sleep(time.Duration(other.Value)))
		if err != nil {
			return int(n), err
		}
	}
	v := other.Value
	_ = v
	return len(m[acc.name].name) + (2 * 3), nil
}

func also() {}
`

const other = `package other

const Value = 2

type T struct{ n int }
`

// digestOf returns the digest of f in the package of the given files.
func digestOf(t *testing.T, files map[string]string) string {
	t.Helper()
	pkgs, diags := load.FromSource(files)
	if err := diags.Err(); err != nil {
		t.Fatalf("%v in\n%s", err, files["p.go"])
	}
	for _, p := range pkgs {
		for _, file := range p.Files {
			for _, f := range file.Digests(p.Info, p.Types) {
				if f.Name == "f" {
					return f.Digest
				}
			}
		}
	}
	t.Fatal("there is no f")
	return ""
}

// edit replaces the parts of text that pairs names, each of which must be there.
func edit(t *testing.T, text string, pairs []string) string {
	t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(text, pairs[i]) {
			t.Fatalf("the program has no %q", pairs[i])
		}
		text = strings.ReplaceAll(text, pairs[i], pairs[i+1])
	}
	return text
}

func TestFunction(t *testing.T) {
	const mutex = "type mutex struct{}\n\nfunc (*mutex) Lock() {}\n\nfunc (*mutex) Unlock() {}\n\n"
	tests := []struct {
		name  string
		same  bool
		edits []string
	}{
		{"Nothing", true, nil},
		{"Comment", true, []string{"// two", "/* three */"}},
		{"Doc", true, []string{"//coroutine:async", "// f does it.\n//\n//coroutine:async"}},
		{"LineDirective", true, []string{"//coroutine:async", "//line x.y:1\n//coroutine:async"}},
		{"Spaces", true, []string{"a {\n", "a   {\n\n\n", "i > limit", "i>limit"}},
		{"OneLine", true, []string{"{\n\t\t\tbreak\n\t\t}", "{ break }"}},
		{"EmptyStatement", true, []string{"_ = v", "_ = v;;"}},
		{"Parentheses", true, []string{"(2 * 3)", "2 * 3", "i > limit", "(i > limit)"}},
		{"CaseOfDigits", true, []string{"0x1F", "0X1f"}},
		{"Neighbour", true, []string{"func also() {}", "func also() { println() }"}},
		{"Moved", true, []string{"func also() {}", "", "const limit", "func also() {}\n\nconst limit"}},
		{"NameOfImport", true, []string{"co \"", "wait \"", "co.Wait", "wait.Wait"}},
		{"ValueOfConstant", true, []string{"limit = 3", "limit = 4"}},
		{"FieldOfType", true, []string{"n    int", "n    int\n\tm    string"}},
		{"NameOfParameterElsewhere", true, []string{"func pair() (number, account) {", "func pair() (x number, y account) {"}},

		{"Literal", false, []string{"2 * 3", "2 * 4"}},
		{"Operator", false, []string{"2 * 3", "2 + 3"}},
		{"NameOfLocal", false, []string{"v := ", "w := ", "_ = v", "_ = w"}},
		{"Statement", false, []string{"_ = v", "_ = v\n\talso()"}},
		{"Parameter", false, []string{"f(a list", "f(a []int"}},
		{"Result", false, []string{"(int, error) {\n\tn", "(_ int, _ error) {\n\tn"}},
		{"Break", false, []string{"break", "continue"}},

		{"ImportOfAnother", false, []string{"\"test/other\"", "other \"test/another\""}},
		{"TypeOfVariable", false, []string{"(number, account) { return", "(int, account) { return"}},
		{"KindOfRange", false, []string{"type list []int", "type list map[int]int"}},
		{"VariableForConstant", false, []string{"const limit", "var limit"}},
		{"NameOfPackageHidden", false, []string{"func also() {}", "func len(string) int { return 0 }"}},
		{"Lock", false, []string{"type number", mutex + "type number", "n    int", "mu   mutex"}},
		{"Interface", false, []string{"n    int", "n    any"}},
	}
	base := map[string]string{"p.go": program, "other/o.go": other, "another/o.go": other}
	want := digestOf(t, base)
	if len(want) != 8 {
		t.Errorf("the digest is %q, not 8 digits", want)
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			files := map[string]string{"p.go": edit(t, program, test.edits), "other/o.go": other, "another/o.go": other}
			if got := digestOf(t, files); (got == want) != test.same {
				t.Errorf("same digest = %v, want %v, after the edits %q", got == want, test.same, test.edits)
			}
		})
	}
	t.Run("TypeOfUntypedConstant", func(t *testing.T) {
		files := map[string]string{"p.go": program, "other/o.go": strings.Replace(other, "Value = 2", "Value = 2.0", 1), "another/o.go": other}
		if digestOf(t, files) == want {
			t.Error("the digest does not tell that a variable is now a float64")
		}
	})
	t.Run("OtherFile", func(t *testing.T) {
		begin, end := strings.Index(program, "//coroutine:async"), strings.Index(program, "func also")
		rest := strings.NewReplacer("\"time\"\n", "", "co \"github.com/coroutinegen/coroutinegen/annotations\"\n", "",
			"\"github.com/coroutinegen/coroutinegen/rt\"\n", "", "\"test/other\"\n", "").Replace(program[:begin] + program[end:])
		moved := program[:strings.Index(program, "type number")] + program[begin:end]
		files := map[string]string{"p.go": rest, "q.go": moved, "other/o.go": other}
		if digestOf(t, files) != want {
			t.Error("the digest changes with the file of the function")
		}
	})
	t.Run("LanguageVersion", func(t *testing.T) {
		files := map[string]string{"p.go": "//go:build go1.21\n\n" + program, "other/o.go": other, "another/o.go": other}
		if digestOf(t, files) == want {
			t.Error("the digest does not tell that a loop has one variable")
		}
	})
}
