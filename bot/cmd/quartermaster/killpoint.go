//go:build !killpoints

package main

import "time"

// killPoint does nothing: crash tests build the program with -tags killpoints.
var killPoint func(name string)

// lease leaves the default.
func lease() time.Duration { return 0 }
