// Package shielded defines an analyzer that reports a timeout around a shield.
//
// rt.Shield hides from its operand every cancellation from outside, and a timeout is one:
//
//	rt.Timeout(time.Second, rt.Shield(saveAsync(x))) // waits as long as saveAsync takes
//	rt.Shield(rt.Timeout(time.Second, saveAsync(x))) // a second at most
//
// The analyzer reports calls of rt.Timeout and rt.TimeoutAt of which the operand is a call of
// rt.Shield, or a variable that holds the result of one and nothing else.
//
// # What the analyzer cannot see
//
//   - A shield that another function makes, or that lies inside another operation, such as a
//     Gather. There the timeout still ends what is not shielded.
//   - A scope with a timeout (Task.OpenTimeout) around a shield: it may be meant for other
//     awaits.
package shielded

import (
	"go/ast"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
	"github.com/coroutinegen/coroutinegen/gen/internal/taskcode"
)

// Analyzer reports a timeout around a shield.
var Analyzer = &analysis.Analyzer{
	Name: "shielded",
	Doc: `report timeouts that a shield hides from what they are to end

The shielded analyzer reports rt.Timeout around rt.Shield: it ends no sooner than the
operand of the shield.`,
	URL:      "https://pkg.go.dev/github.com/coroutinegen/coroutinegen/gen/check/shielded",
	Requires: []*analysis.Analyzer{taskcode.Analyzer},
	Run:      run,
}

func run(pass *analysis.Pass) (any, error) {
	code := taskcode.Of(pass)
	for _, f := range code.Files {
		ast.Inspect(f.Syntax, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || !calls(pass.TypesInfo, call, "Timeout", "TimeoutAt") || len(call.Args) != 2 {
				return true
			}
			operand := ast.Unparen(call.Args[1])
			if v := code.Variable(operand); v != nil {
				operand = code.Value(v)
			}
			if shield, ok := operand.(*ast.CallExpr); ok && calls(pass.TypesInfo, shield, "Shield") {
				pass.Report(analysis.Diagnostic{Pos: call.Pos(), End: call.End(),
					Message: "this timeout ends nothing: the shield inside it hides the timeout; put the timeout inside the shield"})
			}
			return true
		})
	}
	return nil, nil
}

// calls reports whether call is of a function of package rt with one of the names.
func calls(info *types.Info, call *ast.CallExpr, names ...string) bool {
	return slices.Contains(names, marker.FuncOfRT(typeutil.StaticCallee(info, call)))
}
