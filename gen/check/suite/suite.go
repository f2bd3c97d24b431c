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
//	func init() {
//		register.Plugin("coroutinegen", func(any) (register.LinterPlugin, error) { return plugin{}, nil })
//	}
//
//	type plugin struct{}
//
//	func (plugin) BuildAnalyzers() ([]*analysis.Analyzer, error) { return suite.Analyzers(), nil }
//	func (plugin) GetLoadMode() string                           { return register.LoadModeTypesInfo }
//
// Its settings are flags of the analyzers: before register.Plugin, call
// blocking.Analyzer.Flags.Set("calls", "example.com/store.Load") for example.
//
// The file .custom-gcl.yml names the module, here in the directory plugin. Then
// "golangci-lint custom" builds the program custom-gcl, which has the plugin in it:
//
//	version: v2.15.0
//	plugins:
//	  - module: example.com/app/plugin
//	    path: ./plugin
//
// The file .golangci.yml switches it on:
//
//	version: "2"
//	linters:
//	  enable: [coroutinegen]
//	  settings:
//	    custom:
//	      coroutinegen:
//	        type: module
package suite

import (
	"golang.org/x/tools/go/analysis"

	"github.com/coroutinegen/coroutinegen/gen/check"
	"github.com/coroutinegen/coroutinegen/gen/check/blocking"
	"github.com/coroutinegen/coroutinegen/gen/check/deferrederr"
	"github.com/coroutinegen/coroutinegen/gen/check/detached"
	"github.com/coroutinegen/coroutinegen/gen/check/shielded"
	"github.com/coroutinegen/coroutinegen/gen/check/unawaited"
)

// Analyzers returns all analyzers.
func Analyzers() []*analysis.Analyzer {
	return []*analysis.Analyzer{
		check.Analyzer,
		blocking.Analyzer,
		deferrederr.Analyzer,
		detached.Analyzer,
		shielded.Analyzer,
		unawaited.Analyzer,
	}
}
