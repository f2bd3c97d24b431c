module github.com/coroutinegen/coroutinegen

go 1.26

tool github.com/coroutinegen/coroutinegen/cmd/coroutinegen
