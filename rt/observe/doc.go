// Package observe shows the tasks of [rt] to the tools that know goroutines:
// their names in log records ([LogHandler]), their steps in execution traces
// ([Trace]), their share in profiles ([Profile]).
//
//	slog.SetDefault(slog.New(observe.LogHandler(slog.Default().Handler())))
//	rt.Run(mainAsync(), rt.WithObserver(observe.Profile()))
package observe
