package gen

// This file makes programs of any size, each of one shape, to measure the cost of the
// tool.

import (
	"fmt"
	"strings"
)

// A costShape is a kind of program that can be made longer or deeper.
type costShape struct {
	name   string
	source func(n int) string
	known  string // why the cost grows faster than n; "" if it does not
}

// costShapes are the ways in which a program can be large. Each shape has something that a
// stage could process again and again.
var costShapes = []costShape{
	{"chain of functions", func(n int) string {
		return costProgram(costFuncs(n, func(i int) string {
			if i == 0 {
				return "func f0(n int) int {\n\tco.Must(rt.Yield())\n\treturn n\n}\n"
			}
			return fmt.Sprintf("func f%d(n int) int {\n\treturn co.Must(f%dAsync(n)) + 1\n}\n", i, i-1)
		}))
	}, ""},
	{"chain of generators", func(n int) string {
		return costProgram(strings.ReplaceAll(costFuncs(n, func(i int) string {
			if i == 0 {
				return "func f0(n int, yield func(int) bool) bool {\n\treturn yield(n)\n}\n"
			}
			return fmt.Sprintf("func f%d(n int, yield func(int) bool) bool {\n\treturn yield(n) && f%d(n-1, yield)\n}\n", i, i-1)
		}), "//coroutine:async", "//coroutine:generator"))
	}, ""},
	{"yields", func(n int) string {
		return costProgram("//coroutine:generator\nfunc f(n int, yield func(int) bool) {\n" + costRepeat(n, "\tif !yield(n + %d) {\n\t\treturn\n\t}\n") + "}\n")
	}, ""},
	{"chain of functions, first one first", func(n int) string {
		return costProgram(costFuncs(n, func(i int) string {
			if i == n-1 {
				return fmt.Sprintf("func f%d(n int) int {\n\tco.Must(rt.Yield())\n\treturn n\n}\n", i)
			}
			return fmt.Sprintf("func f%d(n int) int {\n\treturn co.Must(f%dAsync(n)) + 1\n}\n", i, i+1)
		}))
	}, ""},
	{"cycle of functions", func(n int) string {
		return costProgram(costFuncs(n, func(i int) string {
			return fmt.Sprintf("func f%d(n int) int {\n\tif n == 0 {\n\t\treturn 0\n\t}\n\treturn co.Must(f%dAsync(n-1)) + 1\n}\n", i, (i+1)%n)
		}))
	}, ""},
	{"cycle of functions through variables", func(n int) string {
		return costProgram(costFuncs(n, func(i int) string {
			return fmt.Sprintf("func f%d(n int) int {\n\tif n == 0 {\n\t\treturn v%d\n\t}\n\treturn co.Must(f%dAsync(n-1)) + 1\n}\n", i, i, (i+1)%n)
		}) + costRepeat(n, "var v%d = 1\n"))
	}, ""},
	{"functions that all await one", func(n int) string {
		return costProgram(costFuncs(n, func(i int) string {
			if i == 0 {
				return "func f0(n int) int {\n\tco.Must(rt.Yield())\n\treturn n\n}\n"
			}
			return fmt.Sprintf("func f%d(n int) int {\n\treturn co.Must(f0Async(n)) + 1\n}\n", i)
		}))
	}, ""},
	{"function that awaits all", func(n int) string {
		all := "//coroutine:async\nfunc all(n int) int {\n" + costRepeat(n, "\tn += co.Must(f%dAsync(n))\n") + "\treturn n\n}\n\n"
		return costProgram(all + costFuncs(n, func(i int) string {
			return fmt.Sprintf("func f%d(n int) int {\n\tco.Must(rt.Yield())\n\treturn n\n}\n", i)
		}))
	}, ""},
	{"functions, initialised from variables", func(n int) string {
		return costProgram(costFuncs(n, func(i int) string {
			return fmt.Sprintf("func f%d(n int) int {\n\tco.Must(rt.Yield())\n\treturn n\n}\n", i)
		}) + costRepeat(n, "var v%[1]d, _ = rt.Run(f%[1]dAsync(1))\n"))
	}, ""},
	{"methods", func(n int) string {
		return costProgram("type T struct{ n int }\n\n" + costFuncs(n, func(i int) string {
			return fmt.Sprintf("func (t *T) m%d(n int) int {\n\tco.Must(rt.Yield())\n\treturn n + t.n\n}\n", i)
		}))
	}, ""},
	{"generic functions", func(n int) string {
		return costProgram(costFuncs(n, func(i int) string {
			if i == 0 {
				return "func f0[T any](n T) T {\n\tco.Must(rt.Yield())\n\treturn n\n}\n"
			}
			return fmt.Sprintf("func f%d[T any](n T) T {\n\treturn co.Must(f%dAsync(n))\n}\n", i, i-1)
		}))
	}, ""},
	{"types", func(n int) string {
		return costProgram(costRepeat(n, "type T%d struct{ n int }\n") + costFuncs(n, func(i int) string {
			return fmt.Sprintf("func f%[1]d(n T%[1]d) T%[1]d {\n\tco.Must(rt.Yield())\n\treturn n\n}\n", i)
		}))
	}, ""},
	{"ordinary functions", func(n int) string {
		return costProgram(costRepeat(n, "func g%d(n int) int { return n + 1 }\n") + costOne("\tco.Must(rt.Yield())\n\treturn g0(n)\n"))
	}, ""},

	{"called literals, nested", func(n int) string {
		return costProgram(costOne("\treturn " + strings.Repeat("func() int {\n return ", n) + "func() int { co.Must(rt.Yield()); return n }()" + strings.Repeat("\n}()", n) + "\n"))
	}, ""},
	{"called literals with variables, nested", func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "\tv%[1]d := n\n\treturn func() int {\n\tco.Must(rt.Yield())\n", i)
		}
		b.WriteString("\treturn n" + costRepeat(n, " + v%d") + "\n")
		b.WriteString(strings.Repeat("}()\n", n))
		return costProgram(costOne(b.String()))
	}, "each level captures the variables of all levels around it: a frame has a field for each"},
	{"called literals", func(n int) string {
		return costProgram(costOne(costRepeat(n, "\tn = func() int { co.Must(rt.Yield()); return n + %d }()\n") + "\treturn n\n"))
	}, ""},
	{"coroutine literals", func(n int) string {
		return costProgram(costOne(costRepeat(n, "\tn += co.Must(co.Async(func() (int, error) { co.Must(rt.Yield()); return %d, nil }))\n") + "\treturn n\n"))
	}, ""},
	{"coroutine literals, nested", func(n int) string {
		return costProgram(costOne("\treturn " + strings.Repeat("co.Must(co.Async(func() (int, error) {\n return ", n) + "n" + strings.Repeat(", co.Wait(rt.Yield())\n}))", n) + "\n"))
	}, ""},
	{"closures", func(n int) string {
		return costProgram(costOne(costRepeat(n, "\tc%d := func() { n++ }\n") + "\tco.Must(rt.Yield())\n" + costRepeat(n, "\tc%d()\n") + "\treturn n\n"))
	}, ""},
	{"closures, nested", func(n int) string {
		return costProgram(costOne("\tco.Must(rt.Yield())\n" + strings.Repeat("\tfunc() {\n", n) + "n++\n" + strings.Repeat("\t}()\n", n) + "\treturn n\n"))
	}, "gofmt indents the text, as it indents the source"},

	{"awaits", func(n int) string {
		return costProgram(costOne(costRepeat(n, "\tco.Must(rt.Sleep(%d))\n") + "\treturn n\n"))
	}, ""},
	{"awaits of one operation with results", func(n int) string {
		return costProgram("//coroutine:async\nfunc f(q *queues.Queue[int]) (int, error) {\n\tsum := 0\n\tv, err := co.Await(q.Get())\n" +
			costRepeat(n, "\tif err != nil {\n\t\treturn %d, err\n\t}\n\tsum += v\n\tv, err = co.Await(q.Get())\n") + "\treturn sum, nil\n}\n")
	}, ""},
	{"branches", func(n int) string {
		return costProgram(costOne(costRepeat(n, "\tif n == %[1]d {\n\t\tco.Must(rt.Yield())\n\t\tn += %[1]d\n\t}\n") + "\treturn n\n"))
	}, ""},
	{"branches that return", func(n int) string {
		return costProgram("//coroutine:async\nfunc f(n int) (int, error) {\n" +
			costRepeat(n, "\tif n == %[1]d {\n\t\tif err := co.Wait(rt.Yield()); err != nil {\n\t\t\treturn %[1]d, err\n\t\t}\n\t\tn++\n\t}\n") + "\treturn n, nil\n}\n")
	}, ""},
	{"branches with else", func(n int) string {
		return costProgram(costOne(costRepeat(n, "\tif n == %[1]d {\n\t\tco.Must(rt.Yield())\n\t\tn += %[1]d\n\t} else {\n\t\tn--\n\t\tco.Must(rt.Sleep(0))\n\t}\n") + "\treturn n\n"))
	}, ""},
	{"branches, nested", func(n int) string {
		return costProgram(costOne(costRepeat(n, "\tif n > %d {\n\t\tco.Must(rt.Yield())\n") + "\tn++\n" + strings.Repeat("\t}\n", n) + "\treturn n\n"))
	}, ""},
	{"else if", func(n int) string {
		return costProgram(costOne("\tif n < 0 {\n\t\tn++\n\t}" + costRepeat(n, " else if n == %d {\n\t\tco.Must(rt.Yield())\n\t}") + "\n\treturn n\n"))
	}, ""},
	{"switch", func(n int) string {
		return costProgram(costOne("\tswitch n {\n" + costRepeat(n, "\tcase %d:\n\t\tco.Must(rt.Yield())\n\t\tn++\n") + "\t}\n\treturn n\n"))
	}, ""},
	{"switch with awaits in cases", func(n int) string {
		return costProgram(costOne("\tswitch n {\n" + costRepeat(n, "\tcase co.Must(aAsync(%d)):\n\t\tn++\n") + "\t}\n\treturn n\n"))
	}, ""},
	{"switch with fallthrough", func(n int) string {
		return costProgram(costOne("\tswitch n {\n" + costRepeat(n, "\tcase %d:\n\t\tco.Must(rt.Yield())\n\t\tfallthrough\n") + "\tdefault:\n\t}\n\treturn n\n"))
	}, ""},
	{"type switch", func(n int) string {
		return costProgram(costRepeat(n, "type T%d int\n") + "//coroutine:async\nfunc f(x any) int {\n\tswitch x := x.(type) {\n" + costRepeat(n, "\tcase T%d:\n\t\tco.Must(rt.Yield())\n\t\treturn int(x)\n") + "\t}\n\treturn 0\n}\n")
	}, ""},
	{"switches", func(n int) string {
		return costProgram(costOne(costRepeat(n, "\tswitch n {\n\tcase %d:\n\t\tco.Must(rt.Yield())\n\tcase -1:\n\t\tn++\n\t}\n") + "\treturn n\n"))
	}, ""},
	{"switches, nested", func(n int) string {
		return costProgram(costOne(costRepeat(n, "\tswitch n {\n\tcase %d:\n\t\tco.Must(rt.Yield())\n") + "\tn++\n" + strings.Repeat("\t}\n", n) + "\treturn n\n"))
	}, ""},
	{"selects", func(n int) string {
		return costProgram("//coroutine:async\nfunc f(c chan int) int {\n\tn := 0\n" + costRepeat(n, "\tselect {\n\tcase v := <-c:\n\t\tco.Must(rt.Sleep(%d))\n\t\tn += v\n\tdefault:\n\t}\n") + "\treturn n\n}\n")
	}, ""},
	{"select", func(n int) string {
		return costProgram("//coroutine:async\nfunc f(c []chan int) int {\n\tn := 0\n\tselect {\n" + costRepeat(n, "\tcase v := <-c[%d]:\n\t\tco.Must(rt.Yield())\n\t\tn += v\n") + "\t}\n\treturn n\n}\n")
	}, ""},
	{"loops", func(n int) string {
		return costProgram(costOne(costRepeat(n, "\tfor i := 0; i < %d; i++ {\n\t\tn += i\n\t\tco.Must(rt.Yield())\n\t}\n") + "\treturn n\n"))
	}, ""},
	{"loops, nested", func(n int) string {
		return costProgram(costOne(costRepeat(n, "\tfor i%[1]d := 0; i%[1]d < n; i%[1]d++ {\n\t\tco.Must(rt.Yield())\n") + "\tn--\n" + strings.Repeat("\t}\n", n) + "\treturn n\n"))
	}, ""},
	{"ranges", func(n int) string {
		return costProgram(costOne("\tvar list []int\n" + costRepeat(n, "\tfor i, v := range list {\n\t\tn += i * v + %d\n\t\tco.Must(rt.Yield())\n\t}\n") + "\treturn n\n"))
	}, ""},
	{"ranges over functions", func(n int) string {
		return costProgram("//coroutine:async\nfunc f(seq func(func(int) bool)) int {\n\tn := 0\n" + costRepeat(n, "\tfor v := range seq {\n\t\tn += v + %d\n\t\tco.Must(rt.Yield())\n\t}\n") + "\treturn n\n}\n")
	}, ""},
	{"ranges over functions, nested", func(n int) string {
		return costProgram("//coroutine:async\nfunc f(seq func(func(int) bool)) int {\n\tn := 0\n" + costRepeat(n, "\tfor v%[1]d := range seq {\n\t\tn += v%[1]d\n\t\tco.Must(rt.Yield())\n") + "\tn--\n" + strings.Repeat("\t}\n", n) + "\treturn n\n}\n")
	}, ""},
	{"labels", func(n int) string {
		return costProgram(costOne(costRepeat(n, "l%[1]d:\n\tfor {\n\t\tco.Must(rt.Yield())\n\t\tfor {\n\t\t\tn++\n\t\t\tif n > %[1]d {\n\t\t\t\tbreak l%[1]d\n\t\t\t}\n\t\t}\n\t}\n") + "\treturn n\n"))
	}, ""},
	{"gotos", func(n int) string {
		return costProgram(costOne(costRepeat(n, "l%[1]d:\n\tco.Must(rt.Yield())\n\tn++\n\tif n == %[1]d {\n\t\tgoto l%[1]d\n\t}\n") + "\treturn n\n"))
	}, ""},
	{"gotos forward", func(n int) string {
		return costProgram(costOne("\tco.Must(rt.Yield())\n" + costRepeat(n, "\tif n == %[1]d {\n\t\tgoto l%[1]d\n\t}\n") + "\treturn n\n" + costRepeat(n, "l%[1]d:\n\tn++\n") + "\treturn n\n"))
	}, ""},
	{"scopes", func(n int) string {
		return costProgram(costOne(costRepeat(n, "\t{\n\t\tv := n + %d\n\t\tco.Must(rt.Yield())\n\t\tn += v\n\t}\n") + "\treturn n\n"))
	}, ""},
	{"scopes, nested", func(n int) string {
		return costProgram(costOne(costRepeat(n, "\t{\n\t\tv := n + %d\n\t\tco.Must(rt.Yield())\n\t\tn += v\n") + strings.Repeat("\t}\n", n) + "\treturn n\n"))
	}, ""},
	{"scopes with shared variables", func(n int) string {
		return costProgram(costOne(costRepeat(n, "\t{\n\t\tv := n + %d\n\t\tp := &v\n\t\tco.Must(rt.Yield())\n\t\tn += *p\n\t}\n") + "\treturn n\n"))
	}, ""},
	{"scopes with variables of several types", func(n int) string {
		return costProgram(costRepeat(n, "type T%d int\n") + costOne(costRepeat(n, "\t{\n\t\tv := T%d(n)\n\t\tco.Must(rt.Yield())\n\t\tn += int(v)\n\t}\n")+"\treturn n\n"))
	}, ""},
	{"blocks without awaits, nested", func(n int) string {
		return costProgram(costOne("\tco.Must(rt.Yield())\n" + costRepeat(n, "\tif n > %d {\n") + "\tn++\n" + strings.Repeat("\t}\n", n) + "\treturn n\n"))
	}, "gofmt indents the text, as it indents the source"},
	{"statements without awaits", func(n int) string {
		return costProgram(costOne("\tco.Must(rt.Yield())\n" + costRepeat(n, "\tn += %d\n") + "\treturn n\n"))
	}, ""},
	{"comments", func(n int) string {
		return costProgram(costOne(costRepeat(n, "\t// This is await %[1]d.\n\tco.Must(rt.Sleep(%[1]d)) // it sleeps\n\n") + "\treturn n\n"))
	}, ""},
	{"local types", func(n int) string {
		return costProgram(costOne(costRepeat(n, "\ttype t%[1]d struct{ n int }\n\tv%[1]d := t%[1]d{n}\n\tco.Must(rt.Yield())\n\tn += v%[1]d.n\n") + "\treturn n\n"))
	}, ""},
	{"local types of several blocks", func(n int) string {
		return costProgram(costOne(costRepeat(n, "\ttype t%[1]d struct{ n int }\n\tn += t%[1]d{n}.n\n\tco.Must(rt.Yield())\n\tn += t%[1]d{n}.n\n") + "\treturn n\n"))
	}, ""},
	{"local constants of several blocks", func(n int) string {
		return costProgram(costOne(costRepeat(n, "\tconst c%[1]d = %[1]d\n\tn += c%[1]d\n\tco.Must(rt.Yield())\n\tn += c%[1]d\n") + "\treturn n\n"))
	}, "each asks all code whether its name is free there"},
	{"local types, unused", func(n int) string {
		return costProgram(costOne(costRepeat(n, "\ttype t%[1]d struct{ n int }\n\tco.Must(rt.Yield())\n") + "\treturn n\n"))
	}, ""},
	{"local constants", func(n int) string {
		return costProgram(costOne(costRepeat(n, "\tconst c%[1]d = %[1]d\n\tco.Must(rt.Yield())\n\tn += c%[1]d\n") + "\treturn n\n"))
	}, ""},

	{"variables live at once", func(n int) string {
		return costProgram(costOne(costRepeat(n, "\tv%[1]d := n + %[1]d\n") + "\tco.Must(rt.Yield())\n" + costRepeat(n, "\tn += v%d\n") + "\treturn n\n"))
	}, ""},
	{"variables live at every await", func(n int) string {
		return costProgram(costOne(costRepeat(n, "\tv%[1]d := n + %[1]d\n\tco.Must(rt.Yield())\n") + costRepeat(n, "\tn += v%d\n") + "\treturn n\n"))
	}, ""},
	{"variables of one name live at once", func(n int) string {
		return costProgram(costOne(costRepeat(n, "\t{\n\tv := n + %d\n") + "\tco.Must(rt.Yield())\n" + strings.Repeat("\tn += v\n\t}\n", n) + "\treturn n\n"))
	}, ""},
	{"variables that several blocks use", func(n int) string {
		return costProgram(costOne(costRepeat(n, "\tv%[1]d := n + %[1]d\n\tif n > %[1]d {\n\t\tco.Must(rt.Yield())\n\t\tv%[1]d = 1\n\t} else {\n\t\tv%[1]d++\n\t}\n\tn += v%[1]d\n") + "\treturn n\n"))
	}, ""},
	{"parameters", func(n int) string {
		return costProgram("//coroutine:async\nfunc f(n int" + costRepeat(n, ", p%d int") + ") int {\n\tco.Must(rt.Yield())\n" + costRepeat(n, "\tn += p%d\n") + "\treturn n\n}\n")
	}, ""},
	{"captures", func(n int) string {
		return costProgram(costOne(costRepeat(n, "\tv%[1]d := n + %[1]d\n") + "\tco.Must(co.AsyncVoid(func() error {\n\tco.Must(rt.Yield())\n" + costRepeat(n, "\tv%d++\n") + "\treturn nil\n\t}))\n" + costRepeat(n, "\tn += v%d\n") + "\treturn n\n"))
	}, ""},
	{"deferred calls", func(n int) string {
		return costProgram(costOne(costRepeat(n, "\tdefer g(%d)\n\tco.Must(rt.Yield())\n") + "\treturn n\n"))
	}, ""},
	{"deferred calls that await", func(n int) string {
		return costProgram(costOne(costRepeat(n, "\tdefer co.Must(rt.Sleep(%d))\n") + "\treturn n\n"))
	}, ""},
	{"deferred literals", func(n int) string {
		return costProgram(costOne(costRepeat(n, "\tdefer func() { n += %d }()\n\tco.Must(rt.Yield())\n") + "\treturn n\n"))
	}, ""},
	{"deferred literals that await", func(n int) string {
		return costProgram(costOne(costRepeat(n, "\tdefer func() { n += %d; co.Must(rt.Yield()) }()\n") + "\treturn n\n"))
	}, ""},

	{"parentheses", func(n int) string {
		return costProgram(costOne("\treturn " + strings.Repeat("(", n) + "co.Must(aAsync(n))" + strings.Repeat(")", n) + "\n"))
	}, ""},
	{"sum", func(n int) string {
		return costProgram(costOne("\treturn n" + costRepeat(n, " +\n\t\tco.Must(aAsync(%d))") + "\n"))
	}, ""},
	{"sum to the right", func(n int) string {
		return costProgram(costOne("\treturn " + costRepeat(n, "co.Must(aAsync(%d)) + (") + "n" + strings.Repeat(")", n) + "\n"))
	}, ""},
	{"sum with calls", func(n int) string {
		return costProgram(costOne("\treturn n" + costRepeat(n, " + g(%d)") + " + co.Must(aAsync(n))" + costRepeat(n, " + g(%d)") + "\n"))
	}, ""},
	{"sum without awaits", func(n int) string {
		return costProgram(costOne("\tco.Must(rt.Yield())\n\treturn n" + costRepeat(n, " + %d*n") + "\n"))
	}, ""},
	{"and", func(n int) string {
		return costProgram(costOne("\tok := n > 0" + costRepeat(n, " && co.Must(aAsync(%d)) > 0") + "\n\tif ok {\n\t\tn++\n\t}\n\treturn n\n"))
	}, ""},
	{"and in a condition", func(n int) string {
		return costProgram(costOne("\tif n > 0" + costRepeat(n, " && co.Must(aAsync(%d)) > 0") + " {\n\t\tn++\n\t}\n\treturn n\n"))
	}, ""},
	{"and in a loop", func(n int) string {
		return costProgram(costOne("\tfor n > 0" + costRepeat(n, " && co.Must(aAsync(%d)) > 0") + " {\n\t\tn++\n\t}\n\treturn n\n"))
	}, ""},
	{"and, or", func(n int) string {
		return costProgram(costOne("\tok := " + costRepeat(n, "co.Must(aAsync(%[1]d)) > 0 && (n > %[1]d || ") + "n > 0" + strings.Repeat(")", n) + "\n\tif ok {\n\t\tn++\n\t}\n\treturn n\n"))
	}, ""},
	{"not", func(n int) string {
		return costProgram(costOne("\tif " + strings.Repeat("!", 2*n) + "(co.Must(aAsync(n)) > 0) {\n\t\tn++\n\t}\n\treturn n\n"))
	}, ""},
	{"calls, nested", func(n int) string {
		return costProgram(costOne("\treturn " + strings.Repeat("g(", n) + "co.Must(aAsync(n))" + strings.Repeat(")", n) + "\n"))
	}, ""},
	{"awaits, nested", func(n int) string {
		return costProgram(costOne("\treturn " + strings.Repeat("co.Must(aAsync(", n) + "n" + strings.Repeat("))", n) + "\n"))
	}, ""},
	{"awaits and operands, nested", func(n int) string {
		return costProgram(costOne("\treturn " + strings.Repeat("g(n) + co.Must(aAsync(", n) + "n" + strings.Repeat("))", n) + "\n"))
	}, ""},
	{"arguments", func(n int) string {
		return costProgram(costOne("\treturn h(n" + costRepeat(n, ", co.Must(aAsync(%d))") + ")\n"))
	}, ""},
	{"elements", func(n int) string {
		return costProgram(costOne("\tlist := []int{n" + costRepeat(n, ", co.Must(aAsync(%d))") + "}\n\treturn len(list)\n"))
	}, ""},
	{"elements that await little", func(n int) string {
		return costProgram(costOne("\tlist := []int{n" + costRepeat(n, ", g(%d)") + ", co.Must(aAsync(n))}\n\treturn len(list)\n"))
	}, ""},
	{"elements, nested", func(n int) string {
		return costProgram("type T struct{ n int; t *T }\n\n" + costOne("\tt := "+costRepeat(n, "&T{%d, ")+"&T{co.Must(aAsync(n)), nil}"+strings.Repeat("}", n)+"\n\treturn t.n\n"))
	}, ""},
	{"map literal", func(n int) string {
		return costProgram(costOne("\tm := map[int]int{" + costRepeat(n, "%[1]d: co.Must(aAsync(%[1]d)), ") + "}\n\treturn len(m)\n"))
	}, ""},
	{"assignment to many", func(n int) string {
		return costProgram(costOne("\tlist := make([]int, 10)\n\tlist[0]" + costRepeat(n, ", list[g(%d)%%10]") + " = n" + costRepeat(n, ", co.Must(aAsync(%d))") + "\n\treturn list[0]\n"))
	}, ""},
	{"conversions", func(n int) string {
		return costProgram(costOne("\treturn " + strings.Repeat("int(", n) + "co.Must(aAsync(n))" + strings.Repeat(")", n) + "\n"))
	}, ""},
	{"selectors", func(n int) string {
		return costProgram("type T struct{ t *T; n int }\n\n//coroutine:async\nfunc f(t *T) int {\n\treturn t" + strings.Repeat(".t", n) + ".n + co.Must(aAsync(1)) + t" + strings.Repeat(".t", n) + ".n\n}\n")
	}, ""},
	{"method chain", func(n int) string {
		return costProgram("type T struct{ n int }\n\nfunc (t *T) with(n int) *T { return t }\n\n//coroutine:async\nfunc f(t *T) int {\n\treturn t" + costRepeat(n, ".\n\t\twith(co.Must(aAsync(%d)))") + ".n\n}\n")
	}, "go/types makes text of what each call calls, to have it for an error"},
	{"results", func(n int) string {
		return costProgram(costFuncs(n, func(i int) string {
			return fmt.Sprintf("func f%d() (x, y, z int, err error) {\n\tx, err = co.Await(aAsync(1))\n\treturn x, x, x, err\n}\n", i)
		}))
	}, ""},
	{"packages named", func(n int) string {
		return costProgram(costOne(costRepeat(n, "\tco.Must(rt.Sleep(%d * time.Second))\n") + "\treturn n\n"))
	}, ""},
}

// costG declares the functions that the functions of costProgram call and await.
const costG = `

func h(list ...int) int { return len(list) }

func g(n int) int { return n }

//coroutine:async
func a(n int) int {
	if n > 0 {
		co.Must(rt.Yield())
	}
	return n
}
`

func costProgram(decls string) string {
	s := "package p\n\nimport (\n\tco \"github.com/coroutinegen/coroutinegen/annotations\"\n\t\"github.com/coroutinegen/coroutinegen/rt\"\n"
	if strings.Contains(decls, "queues.") {
		s += "\t\"github.com/coroutinegen/coroutinegen/rt/queues\"\n"
	}
	if strings.Contains(decls, "time.") {
		s += "\t\"time\"\n"
	}
	return s + ")\n\n" + decls + costG
}

// costOne returns one async function with the given body.
func costOne(body string) string { return "//coroutine:async\nfunc f(n int) int {\n" + body + "}\n" }

// costFuncs returns n async functions.
func costFuncs(n int, decl func(i int) string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString("//coroutine:async\n" + decl(i) + "\n")
	}
	return b.String()
}

// costRepeat returns format for each number below n.
func costRepeat(n int, format string) string {
	var b strings.Builder
	for i := range n {
		if strings.Contains(format, "%") {
			fmt.Fprintf(&b, format, i)
		} else {
			b.WriteString(format)
		}
	}
	return b.String()
}
