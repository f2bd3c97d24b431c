package p

import "strings"

var space = strings.Repeat(" ", 80)
