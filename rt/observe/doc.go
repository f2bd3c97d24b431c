// Package observe shows the tasks of [rt] in the tools that show goroutines. Log records
// contain their names ([LogHandler]), execution traces contain their steps ([Trace]), and
// profiles contain their share of the time ([Profile]).
//
//	slog.SetDefault(slog.New(observe.LogHandler(slog.Default().Handler())))
//	rt.Run(mainAsync(), rt.WithObserver(observe.Profile()))
package observe
