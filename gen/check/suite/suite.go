// Package suite lists the analyzers of coroutinegen for drivers of go/analysis.
//
// The tool itself is a driver for go vet:
//
//	go vet -vettool=$(go tool -n coroutinegen) ./...
//
// A program of your own may run them, alone or beside other analyzers:
//
//	func main() { multichecker.Main(suite.Analyzers()...) }
//
// # golangci-lint
//
// For golangci-lint they are a module plugin. It is a package of yours, in a module that
// requires coroutinegen and github.com/golangci/plugin-module-register:
//
//	package plugin
//
//	import (
//		"github.com/coroutinegen/coroutinegen/gen/check/suite"
//		"github.com/golangci/plugin-module-register/register"
//		"golang.org/x/tools/go/analysis"
//	)
//
//	func init() { register.Plugin("coroutinegen", New) }
//
//	func New(settings any) (register.LinterPlugin, error) {
//		flags, err := register.DecodeSettings[suite.Flags](settings)
//		return plugin{flags}, err
//	}
//
//	type plugin struct{ suite.Flags }
//
//	func (p plugin) BuildAnalyzers() ([]*analysis.Analyzer, error) {
//		return suite.With(p.Flags)
//	}
//
//	func (plugin) GetLoadMode() string { return register.LoadModeTypesInfo }
//
// The file .custom-gcl.yml names the module, here in the directory plugin. Then
// "golangci-lint custom" builds the program custom-gcl, which has the plugin in it:
//
//	version: v2.15.0
//	plugins:
//	  - module: example.com/app/plugin
//	    path: ./plugin
//
// The file .golangci.yml switches it on. Its settings are flags of the analyzers:
//
//	version: "2"
//	linters:
//	  enable: [coroutinegen]
//	  settings:
//	    custom:
//	      coroutinegen:
//	        type: module
//	        settings:
//	          blocking:
//	            calls: example.com/store.Load,example.com/legacy.*
package suite

import (
	"fmt"
	"maps"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/coroutinegen/coroutinegen/gen/check"
	"github.com/coroutinegen/coroutinegen/gen/check/blocking"
	"github.com/coroutinegen/coroutinegen/gen/check/deferrederr"
	"github.com/coroutinegen/coroutinegen/gen/check/detached"
	"github.com/coroutinegen/coroutinegen/gen/check/shielded"
	"github.com/coroutinegen/coroutinegen/gen/check/unawaited"
)

// Analyzers returns all analyzers. They are new, as far as they have flags: setting a flag changes
// no analyzer that another call has returned.
func Analyzers() []*analysis.Analyzer {
	return []*analysis.Analyzer{
		check.Analyzer,
		blocking.New(),
		deferrederr.Analyzer,
		detached.Analyzer,
		shielded.Analyzer,
		unawaited.Analyzer,
	}
}

// Flags are values of flags, by analyzers and names. They may be read from JSON or YAML.
type Flags map[string]map[string]string

// With returns all analyzers with flags set, as in
//
//	suite.With(suite.Flags{"blocking": {"calls": "example.com/store.Load"}})
//
// The error says which analyzer or flag does not exist, or which value a flag refuses.
func With(flags Flags) ([]*analysis.Analyzer, error) {
	all := Analyzers()
	for _, name := range slices.Sorted(maps.Keys(flags)) {
		i := slices.IndexFunc(all, func(a *analysis.Analyzer) bool { return a.Name == name })
		if i < 0 {
			return nil, fmt.Errorf("coroutinegen has no analyzer %s", name)
		}
		for _, flag := range slices.Sorted(maps.Keys(flags[name])) {
			if err := all[i].Flags.Set(flag, flags[name][flag]); err != nil {
				return nil, fmt.Errorf("the flag %s of the analyzer %s: %w", flag, name, err)
			}
		}
	}
	return all, nil
}
