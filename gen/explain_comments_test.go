package gen

// This file explains functions with comments that gofmt writes in another way beside a mark, and
// with comments that look like marks.

import (
	"strings"
	"testing"
)

func TestExplainComments(t *testing.T) {
	head := "package p\n\nimport (\n\tco \"github.com/coroutinegen/coroutinegen/annotations\"\n\t\"github.com/coroutinegen/coroutinegen/rt\"\n)\n\n//coroutine:async\nfunc f(n int) error {\n"
	for name, body := range map[string]string{
		"Block":        "\t/* d\n\te */\n\tn++\n\tif err := co.Wait(rt.Yield()); err != nil {\n\t\treturn err\n\t}\n\t/* x\n\ty */\n\treturn co.Wait(rt.Yield())\n}\n",
		"BlockAtStart": "\t/* d\n e */\n\treturn co.Wait(rt.Yield())\n}\n",
		"BlockInline":  "\tn = /* a\n b */ 1\n\treturn co.Wait(rt.Yield())\n}\n",
		"Directive":    "//line :5\n\tn++\n\treturn co.Wait(rt.Yield())\n}\n",
		"DirectiveX":   "//line x.go:5\n\tif err := co.Wait(rt.Yield()); err != nil {\n//line x.go:9\n\t\treturn err\n\t}\n\treturn nil\n}\n",
		"Mark":         "\t//line +x\n\tn++\n//line +7\n\treturn co.Wait(rt.Yield())\n}\n",
		"Trailing":     "\tn++ // a\n\tn-- /* b */\n\treturn co.Wait(rt.Yield()) /* c\n d */\n}\n",
		"Both":         "\t// one\n\t/* two\n\tthree */ // four\n\tn++\n\treturn co.Wait(rt.Yield())\n}\n",
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := machineText(head+body, Options{}); err != nil {
				t.Fatalf("the tool refuses it: %v", err)
			}
			e, err := explainText(head + body)
			if err != nil {
				t.Fatal(err)
			}
			// The await of the last return is where it stands.
			fn := e.pkgs[0].Functions[0]
			states := fn.Machines[0].States
			await := states[len(states)-2]
			found := false
			for _, l := range fn.Machine {
				found = found || l.From == await.Line && strings.Contains(l.Text, ".Poll(t)")
			}
			if !found {
				t.Errorf("no line of the machine polls the await in line %d", await.Line)
			}
		})
	}
}
