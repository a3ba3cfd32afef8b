package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"quartermaster/bot/draft"
)

type llmCmd struct {
	Eval llmEvalCmd `cmd:"" help:"Have a model write every kind of letter and report, and count how many hold."`
}

type llmEvalCmd struct {
	BaseURL string `name:"base-url" env:"OPENAI_BASE_URL" help:"OpenAI-compatible endpoint, up to and including the version." placeholder:"URL"`
	Model   string `help:"Name of the model there." placeholder:"NAME"`
	Rounds  int    `default:"1" help:"How often each of the letters is written."`
	JSON    bool   `name:"json" help:"Print every letter's outcome as JSON."`
	Key     string `env:"OPENAI_API_KEY" hidden:""`
}

// Help is shown by llm eval --help.
func (llmEvalCmd) Help() string {
	return `Every kind of letter (and the weekly report) is written in English and Chinese, formal and plain, from the facts of a made-up
order; nothing of your shop is sent. "passed" drafts hold at the first try, "repaired" ones at the second, with the
list of faults; for "fallback" a template would be used. Below the table: why.

Environment:
  OPENAI_API_KEY         the key, if the endpoint wants one

Examples:
  quartermaster llm eval --model gpt-4.1-mini
  quartermaster llm eval --base-url http://127.0.0.1:11434/v1 --model qwen3 --rounds 5`
}

// Run asks and prints.
func (c *llmEvalCmd) Run(ctx context.Context) error {
	if c.Rounds < 1 || c.Rounds > 1000 {
		return fmt.Errorf("--rounds is %d, must be 1 to 1000", c.Rounds)
	}
	trials, err := draft.Evaluate(ctx, draft.Config{APIKey: c.Key, BaseURL: c.BaseURL, Model: c.Model}, c.Rounds, watch("letters"))
	if err != nil {
		return err
	}
	if c.JSON {
		enc := json.NewEncoder(os.Stdout)
		enc.SetIndent("", "  ")
		return enc.Encode(trials)
	}
	return draft.WriteTrials(os.Stdout, trials)
}
