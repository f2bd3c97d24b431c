//go:build coroutine_source

package machine

// FromSource is true in a build from source: see frommachine.go.
const FromSource = true
