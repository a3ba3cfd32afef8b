// Command quartermaster is the Slack bot, its demo and its tools in one program.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"quartermaster/bot"
)

func main() { os.Exit(run()) }

// softLimit is the memory from which on the garbage collector works harder instead of
// letting the heap grow to twice what is in use: a check of 100,000 products stays
// under 1.8 GB, of which it uses 1.3. GOMEMLIMIT sets another.
const softLimit = 1600 << 20

func run() int {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(softLimit)
	}
	// The first signal asks everything to end in order, a second one ends at once.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	defer stop()

	var c cli
	parser, err := kong.New(&c,
		kong.Name("quartermaster"),
		kong.Description("Quartermaster runs the supply chain of a small online shop from Slack: it watches stock and demand, asks before it orders, and writes to the supplier."),
		kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Vars{"data_dir": bot.DefaultDataDir(), "version": version()},
	)
	if err != nil {
		panic(err) // unreachable unless the command definitions below are wrong
	}
	kctx, err := parser.Parse(os.Args[1:])
	if err != nil {
		parser.Errorf("%s", err)
		fmt.Fprintln(os.Stderr, "Run \"quartermaster --help\", or a command with --help, for what is possible.")
		return 2
	}
	level := slog.LevelWarn
	if c.Verbose {
		level = slog.LevelInfo
	}
	slog.SetDefault(slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level})))
	err = kctx.Run(&c)
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return 0 // asked to stop, and stopped
	}
	if err != nil {
		command, _, _ := strings.Cut(kctx.Command(), " <") // without its arguments
		fmt.Fprintf(os.Stderr, "quartermaster %s: %s\n", command, err)
		return 1
	}
	return 0
}

// version says which sources the program was built from.
func version() string {
	text := "quartermaster"
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return text
	}
	get := func(key string) string {
		for _, s := range info.Settings {
			if s.Key == key {
				return s.Value
			}
		}
		return ""
	}
	if rev := get("vcs.revision"); rev != "" {
		text += " " + rev[:min(len(rev), 12)] + " of " + get("vcs.time")
		if get("vcs.modified") == "true" {
			text += ", changed since"
		}
	}
	return text + ", " + info.GoVersion
}
