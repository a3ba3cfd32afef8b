package draft

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/sashabaranov/go-openai"

	"quartermaster/core/plan"
	"quartermaster/prompts"
)

// Choose finds the command that answers a question. The model sees the question and
// the list of commands, and nothing of the shop; it chooses from the list and repeats
// words of the question, which plan.Understood checks. One try: who asked is waiting.
// The error says why there is no choice; without a model it always fails.
func (d *Drafter) Choose(ctx context.Context, question string) (plan.Asked, error) {
	if d.model == nil {
		return plan.Asked{}, errors.New("no model is configured")
	}
	asked, err := d.model.choose(ctx, question)
	if err != nil {
		return plan.Asked{}, fmt.Errorf("model not used: %w", err)
	}
	return asked, nil
}

func (m *model) choose(ctx context.Context, question string) (asked plan.Asked, err error) {
	data, err := json.Marshal(map[string]string{"question": question})
	if err != nil {
		return asked, err
	}
	talk := []openai.ChatCompletionMessage{
		{Role: openai.ChatMessageRoleSystem, Content: prompts.Ask().Text},
		{Role: openai.ChatMessageRoleUser, Content: string(data)},
	}
	var wrong error // with the choice: what people ask must not pause the model
	err = m.allowed(ctx, func(ctx context.Context) (int, error) {
		call, cancel := context.WithTimeout(ctx, m.c.Timeout)
		defer cancel()
		answer, tokens, err := m.complete(call, choiceShape, talk)
		if err != nil {
			return tokens, m.late(ctx, call, err)
		}
		var c struct {
			Command string   `json:"command"`
			About   string   `json:"about"`
			Facts   []string `json:"facts"`
		}
		if wrong = object(answer, &c); wrong == nil {
			asked, wrong = plan.Understood(question, c.Command, c.About, c.Facts)
		}
		return tokens, nil
	})
	return asked, cmp.Or(err, wrong)
}

// choiceShape is what the answer looks like.
var choiceShape = func() shape {
	var names, facts []string
	for _, c := range plan.AskCommands {
		names = append(names, c.Name)
		for _, f := range c.Facts {
			if !slices.Contains(facts, string(f)) {
				facts = append(facts, string(f))
			}
		}
	}
	schema, err := json.Marshal(map[string]any{
		"type": "object", "additionalProperties": false, "required": []string{"command", "about", "facts"},
		"properties": map[string]any{
			"command": map[string]any{"type": "string", "enum": names},
			"about":   map[string]any{"type": "string"},
			"facts":   map[string]any{"type": "array", "items": map[string]any{"type": "string", "enum": facts}},
		},
	})
	if err != nil {
		panic(err) // strings
	}
	return shape{"choice", schema}
}()
