//go:build !killpoints

package main

import "quartermaster/bot"

// forTests does nothing: crash tests build the program with -tags killpoints.
func forTests(*bot.Config) {}
