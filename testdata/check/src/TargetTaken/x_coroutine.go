package p // want "TargetTaken: x_coroutine.go would be generated from x.go"

func g() {}
