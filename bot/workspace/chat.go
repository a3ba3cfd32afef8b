package workspace

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Longest texts; more is msg_too_long. Slack cuts a new message instead, which
// nobody wants either. The limit of chat.update is in bytes, as met in practice.
const (
	maxPostText    = 40000 // characters
	maxUpdateBytes = 4000
)

// target returns the channel a message goes to. Only posting takes names and
// user ids; everything else takes the id that posting returned.
func (w *Workspace) target(c *call, loose bool) (*conversation, error) {
	id := c.str("channel")
	if id == "" {
		return nil, refuse("channel_not_found")
	}
	ch := w.channel(id)
	if ch == nil && loose {
		if u, ok := w.user(id); ok && id != botUserID {
			if u.Deactivated {
				return nil, refuse("user_disabled")
			}
			return w.direct(id), nil
		}
		ch = w.named(id)
	}
	if ch == nil || ch.Private && !ch.has(botUserID) {
		return nil, refuse("channel_not_found")
	}
	return ch, nil
}

// open refuses channels that take no messages from the bot.
func (ch *conversation) open() error {
	switch {
	case ch.Archived:
		return refuse("is_archived")
	case !ch.has(botUserID):
		return refuse("not_in_channel")
	}
	return nil
}

// content reads text, blocks and metadata. blocks is nil when the argument is
// missing and empty when it is an empty list.
func (w *Workspace) content(c *call) (text string, blocks []Block, meta *Metadata, err error) {
	text = c.str("text")
	if utf8.RuneCountInString(text) > maxPostText || c.method == "chat.update" && len(text) > maxUpdateBytes {
		return "", nil, nil, refuse("msg_too_long")
	}
	if blocks, err = w.blocks(c); err != nil {
		return "", nil, nil, err
	}
	if meta, err = metadata(c); err != nil {
		return "", nil, nil, err
	}
	if c.has("attachments") {
		if v, err := c.value("attachments"); err != nil || !isEmptyList(v) {
			return "", nil, nil, refuseArg("attachments are legacy and not taken here; use blocks [json-pointer:/attachments]")
		}
	}
	return text, blocks, meta, nil
}

func isEmptyList(v any) bool {
	l, ok := v.([]any)
	return v == nil || ok && len(l) == 0
}

func (w *Workspace) blocks(c *call) ([]Block, error) {
	if !c.has("blocks") {
		return nil, nil
	}
	v, err := c.value("blocks")
	if err != nil {
		return nil, refuse("invalid_blocks_format")
	}
	list, ok := v.([]any)
	if !ok {
		if v == nil {
			return nil, nil
		}
		return nil, refuse("invalid_blocks_format")
	}
	if problems := lintBlocks(OnMessage, list, w.imageFile); len(problems) > 0 {
		return nil, invalidBlocks("invalid_blocks", problems)
	}
	return keep(list), nil
}

// invalidBlocks lists the problems twice, as Slack does.
func invalidBlocks(code string, problems []Problem) error {
	lines, marked := make([]string, len(problems)), make([]string, len(problems))
	for i, p := range problems {
		lines[i] = p.String()
		marked[i] = "[ERROR] " + lines[i]
	}
	return &apiError{code, reply{"errors": lines, "response_metadata": reply{"messages": marked}}}
}

// keep turns linted blocks into Blocks, each with a block_id.
func keep(list []any) []Block {
	out := make([]Block, len(list))
	for i, v := range list {
		out[i] = v.(map[string]any)
		if id, _ := out[i]["block_id"].(string); id == "" {
			out[i]["block_id"] = newSecret()[:5]
		}
	}
	return out
}

func metadata(c *call) (*Metadata, error) {
	v, err := c.value("metadata")
	if err != nil {
		return nil, refuse("invalid_metadata_format")
	}
	if v == nil {
		return nil, nil
	}
	m, ok := v.(map[string]any)
	if !ok {
		return nil, refuse("invalid_metadata_format")
	}
	kind, _ := m["event_type"].(string)
	payload, isObject := m["event_payload"].(map[string]any)
	if kind == "" && len(payload) == 0 { // what clients send for "none"
		return nil, nil
	}
	if kind == "" || !isObject {
		return nil, refuse("invalid_metadata_schema")
	}
	return &Metadata{EventType: kind, EventPayload: payload}, nil
}

// said is the content of a message that goes into a channel which takes messages.
func (w *Workspace) said(c *call, ch *conversation) (text string, blocks []Block, meta *Metadata, err error) {
	if text, blocks, meta, err = w.content(c); err != nil {
		return "", nil, nil, err
	}
	if text == "" && len(blocks) == 0 {
		return "", nil, nil, refuse("no_text")
	}
	return text, blocks, meta, ch.open()
}

func chatPost(w *Workspace, c *call) (reply, error) {
	ch, err := w.target(c, true)
	if err != nil {
		return nil, err
	}
	text, blocks, meta, err := w.said(c, ch)
	if err != nil {
		return nil, err
	}
	thread := c.str("thread_ts")
	if thread != "" {
		head := ch.find(thread, false)
		if head == nil {
			return nil, refuse("thread_not_found")
		}
		if head.ThreadTS != "" { // a reply was named: use its head
			thread = head.ThreadTS
		}
	}
	if err := w.pace(ch); err != nil {
		return nil, err
	}
	m := w.botMessage(text, blocks)
	m.Metadata, m.ThreadTS = meta, thread
	ch.add(m)
	w.counts.posts[ch.ID]++
	w.announce(notice{Kind: "message", Channel: ch.ID})
	out := reply{"channel": ch.ID, "ts": m.TS, "message": w.shown(m, true)}
	w.warnText(text, out)
	return out, nil
}

// warnText counts and reports blocks that screen readers and notifications
// cannot tell.
func (w *Workspace) warnText(text string, out reply) {
	if strings.TrimSpace(text) == "" {
		const warning = "missing_text_in_message"
		w.counts.warnings[warning]++
		out["warning"] = warning
		out["response_metadata"] = reply{"warnings": []string{warning}}
	}
}

// pace applies Config.PostEvery to one channel.
func (w *Workspace) pace(ch *conversation) error {
	now := w.cfg.Clock()
	if now.Before(ch.nextPost) {
		return rateLimited(ch.nextPost.Sub(now))
	}
	ch.nextPost = now.Add(w.cfg.PostEvery)
	return nil
}

// rateLimited answers 429 with Retry-After in whole seconds, at least one.
func rateLimited(after time.Duration) error {
	return &apiError{"ratelimited", reply{"retry_after": max(1, int((after+time.Second-1)/time.Second))}}
}

func chatUpdate(w *Workspace, c *call) (reply, error) {
	ch, m, err := w.own(c, "cant_update_message")
	if err != nil {
		return nil, err
	}
	text, blocks, meta, err := w.content(c)
	if err != nil {
		return nil, err
	}
	if text == "" && len(blocks) == 0 {
		return nil, refuse("no_text")
	}
	m.Text, m.Blocks = text, blocks
	if meta != nil {
		m.Metadata = meta
	}
	m.Edited = nil
	if len(blocks) == 0 { // a message with blocks does not show that it was edited
		m.Edited = &Edited{User: botUserID, TS: w.nextTS()}
	}
	m.seq = w.nextSeq()
	w.announce(notice{Kind: "message", Channel: ch.ID})
	out := reply{"channel": ch.ID, "ts": m.TS, "text": text, "message": w.shown(m, true)}
	w.warnText(text, out)
	return out, nil
}

// own finds a message of the bot itself.
func (w *Workspace) own(c *call, foreign string) (*conversation, *Message, error) {
	ch, err := w.target(c, false)
	if err != nil {
		return nil, nil, err
	}
	if ch.Archived {
		return nil, nil, refuse("is_archived")
	}
	m := ch.find(c.str("ts"), false)
	switch {
	case m == nil:
		return nil, nil, refuse("message_not_found")
	case m.BotID != botID:
		return nil, nil, refuse(foreign)
	}
	return ch, m, nil
}

func chatDelete(w *Workspace, c *call) (reply, error) {
	ch, m, err := w.own(c, "cant_delete_message")
	if err != nil {
		return nil, err
	}
	ch.remove(m)
	w.announce(notice{Kind: "message", Channel: ch.ID})
	return reply{"channel": ch.ID, "ts": m.TS}, nil
}

func chatEphemeral(w *Workspace, c *call) (reply, error) {
	ch, err := w.target(c, false)
	if err != nil {
		return nil, err
	}
	text, blocks, _, err := w.said(c, ch)
	if err != nil {
		return nil, err
	}
	to := c.str("user")
	if !ch.has(to) || to == botUserID {
		return nil, refuse("user_not_in_channel")
	}
	m := w.botMessage(text, blocks)
	m.Ephemeral, m.To, m.ThreadTS = true, to, c.str("thread_ts")
	ch.add(m)
	w.announce(notice{Kind: "message", Channel: ch.ID, User: to})
	out := reply{"message_ts": m.TS}
	w.warnText(text, out)
	return out, nil
}

func chatPermalink(w *Workspace, c *call) (reply, error) {
	ch, err := w.target(c, false)
	if err != nil {
		return nil, err
	}
	ts := c.str("message_ts")
	if ch.find(ts, false) == nil {
		return nil, refuse("message_not_found")
	}
	return reply{"channel": ch.ID, "permalink": c.base + "/#" + ch.ID + "/" + ts}, nil
}

// shown returns a message as the API shows it: with the app's profile, and with
// metadata only on request.
func (w *Workspace) shown(m *Message, withMetadata bool) any {
	type botMessage struct {
		Message
		BotProfile reply `json:"bot_profile,omitempty"`
	}
	out := botMessage{Message: *m}
	out.ReplyUsers = slices.Clone(m.ReplyUsers)
	if !withMetadata {
		out.Metadata = nil
	}
	if m.BotID != "" {
		out.BotProfile = w.botProfile()
	}
	return out
}

func (w *Workspace) botProfile() reply {
	return reply{"id": botID, "app_id": appID, "user_id": botUserID, "name": w.cfg.App, "deleted": false,
		"updated": 0, "team_id": w.cfg.Team.ID, "icons": reply{}}
}
