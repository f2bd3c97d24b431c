package machine

// This file lets generated code compile only with a version of this package that it fits. A
// generated file ends with
//
//	const (
//		_ = machine.GenerateAgain(1 - machine.OldestOutput)
//		_ = machine.UpdateRuntime(machine.NewestOutput - 1)
//	)
//
// where 1 is the version of the output. If one of the two constants is negative, the compiler
// reports that it overflows its type, and the name of the type says what to do.

// OldestOutput and NewestOutput are the versions of generated code that this package fits, and
// those between the two.
const (
	OldestOutput = 1
	NewestOutput = 1
)

// GenerateAgain is the type of a constant in generated code that does not compile if the code
// is too old for this version of coroutinegen. Generate the file again: run go generate. If the file
// belongs to another module, update that module.
type GenerateAgain uint

// UpdateRuntime is the type of a constant in generated code that does not compile if this
// version of the runtime is too old for the code. Update this module in go.mod: go get
// github.com/coroutinegen/coroutinegen. Or generate the file with the version in go.mod: go tool
// coroutinegen.
type UpdateRuntime uint
