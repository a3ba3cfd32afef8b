//go:build !killpoints

package main

// killPoint does nothing: crash tests build the program with -tags killpoints.
var killPoint func(name string)
