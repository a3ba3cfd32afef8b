package workspace

import (
	"cmp"
	"slices"
)

// kind is the type of a conversation in the words of conversations.list.
func (ch *conversation) kind() string {
	switch {
	case ch.peer != "":
		return "im"
	case ch.Private:
		return "private_channel"
	}
	return "public_channel"
}

// scopePrefix leads the scopes that concern the conversation.
func (ch *conversation) scopePrefix() string {
	return map[string]string{"im": "im", "private_channel": "groups", "public_channel": "channels"}[ch.kind()]
}

// readable finds the channel and checks the bot's right to read it. The caller
// needs the named right: "read" for facts, "history" for messages.
func (w *Workspace) readable(c *call, right string) (*conversation, error) {
	ch, err := w.target(c, false)
	if err != nil {
		return nil, err
	}
	return ch, w.needScope(ch.scopePrefix() + ":" + right)
}

func conversationList(w *Workspace, c *call) (reply, error) {
	types := c.list("types")
	if len(types) == 0 {
		types = []string{"public_channel"}
	}
	needed := map[string]string{"public_channel": "channels:read", "private_channel": "groups:read", "im": "im:read", "mpim": "mpim:read"}
	for _, t := range types {
		scope, ok := needed[t]
		if !ok {
			return nil, refuse("invalid_types")
		}
		if err := w.needScope(scope); err != nil {
			return nil, err
		}
	}
	var list []reply
	for _, ch := range w.channels {
		if !slices.Contains(types, ch.kind()) || ch.Archived && c.flag("exclude_archived") ||
			ch.Private && !ch.has(botUserID) {
			continue
		}
		list = append(list, w.channelObject(ch))
	}
	list, next, err := page(c.args, list, 100, 1000)
	if err != nil {
		return nil, err
	}
	if list == nil {
		list = []reply{}
	}
	return reply{"channels": list, "response_metadata": reply{"next_cursor": next}}, nil
}

func conversationInfo(w *Workspace, c *call) (reply, error) {
	ch, err := w.readable(c, "read")
	if err != nil {
		return nil, err
	}
	return reply{"channel": w.channelObject(ch)}, nil
}

func conversationMembers(w *Workspace, c *call) (reply, error) {
	ch, err := w.readable(c, "read")
	if err != nil {
		return nil, err
	}
	members, next, err := page(c.args, ch.members, 100, 1000)
	if err != nil {
		return nil, err
	}
	return reply{"members": members, "response_metadata": reply{"next_cursor": next}}, nil
}

func conversationJoin(w *Workspace, c *call) (reply, error) {
	ch, err := w.target(c, false)
	if err != nil {
		return nil, err
	}
	switch {
	case ch.Archived:
		return nil, refuse("is_archived")
	case ch.kind() != "public_channel":
		return nil, refuse("method_not_supported_for_channel_type")
	}
	out := reply{"channel": w.channelObject(ch)}
	if ch.has(botUserID) {
		out["warning"] = "already_in_channel"
	} else {
		ch.members = append(ch.members, botUserID)
		w.announce(notice{Kind: "channels"})
		out["channel"] = w.channelObject(ch)
	}
	return out, nil
}

func conversationOpen(w *Workspace, c *call) (reply, error) {
	if id := c.str("channel"); id != "" {
		ch := w.channel(id)
		if ch == nil || ch.peer == "" {
			return nil, refuse("channel_not_found")
		}
		return reply{"channel": w.channelObject(ch)}, nil
	}
	users := c.list("users")
	if len(users) == 0 {
		return nil, refuse("users_list_not_supplied")
	}
	if len(users) > 1 { // group conversations need a right of their own
		return nil, w.needScopeOr("mpim:write", "method_not_supported_for_channel_type")
	}
	u, ok := w.user(users[0])
	switch {
	case !ok || u.Bot:
		return nil, refuse("user_not_found")
	case u.Deactivated:
		return nil, refuse("user_disabled")
	}
	known := slices.ContainsFunc(w.channels, func(ch *conversation) bool { return ch.peer == u.ID })
	ch := w.direct(u.ID)
	out := reply{"channel": reply{"id": ch.ID}}
	if c.flag("return_im") {
		out["channel"] = w.channelObject(ch)
	}
	if known {
		out["no_op"], out["already_open"] = true, true
	}
	return out, nil
}

func (w *Workspace) needScopeOr(scope, code string) error {
	if err := w.needScope(scope); err != nil {
		return err
	}
	return refuse(code)
}

func history(w *Workspace, c *call) (reply, error) {
	ch, err := w.readable(c, "history")
	if err != nil {
		return nil, err
	}
	if !ch.has(botUserID) {
		return nil, refuse("not_in_channel")
	}
	var list []*Message
	for _, m := range slices.Backward(ch.messages) {
		if m.ThreadTS == "" || m.ThreadTS == m.TS {
			list = append(list, m)
		}
	}
	return w.messageList(c, list)
}

func replies(w *Workspace, c *call) (reply, error) {
	ch, err := w.readable(c, "history")
	if err != nil {
		return nil, err
	}
	if !ch.has(botUserID) {
		return nil, refuse("not_in_channel")
	}
	m := ch.find(c.str("ts"), false)
	if m == nil {
		return nil, refuse("thread_not_found")
	}
	return w.messageList(c, ch.thread(cmp.Or(m.ThreadTS, m.TS)))
}

// messageList applies oldest, latest, inclusive, limit and cursor. The head of
// a thread is in every answer of replies that begins at the start.
func (w *Workspace) messageList(c *call, list []*Message) (reply, error) {
	oldest, latest, inclusive := c.str("oldest"), c.str("latest"), c.flag("inclusive")
	for _, ts := range []string{oldest, latest} {
		if ts != "" && !validTS(ts) {
			return nil, refuse("invalid_ts_" + map[bool]string{true: "oldest", false: "latest"}[ts == oldest])
		}
	}
	list = slices.DeleteFunc(slices.Clone(list), func(m *Message) bool {
		below, above := compareTS(m.TS, oldest), compareTS(m.TS, latest)
		return oldest != "" && (below < 0 || below == 0 && !inclusive) ||
			latest != "" && (above > 0 || above == 0 && !inclusive)
	})
	list, next, err := page(c.args, list, 100, 999)
	if err != nil {
		return nil, err
	}
	messages := make([]any, len(list))
	for i, m := range list {
		messages[i] = w.shown(m, c.flag("include_all_metadata"))
	}
	out := reply{"messages": messages, "has_more": next != "", "pin_count": 0}
	if next != "" {
		out["response_metadata"] = reply{"next_cursor": next}
	}
	return out, nil
}

// channelObject is a conversation as Slack describes one.
func (w *Workspace) channelObject(ch *conversation) reply {
	if ch.peer != "" {
		return reply{"id": ch.ID, "created": ch.created, "is_im": true, "user": ch.peer, "is_open": true, "is_archived": false}
	}
	return reply{
		"id": ch.ID, "name": ch.Name, "name_normalized": ch.Name, "created": ch.created, "creator": botUserID,
		"is_channel": !ch.Private, "is_group": ch.Private, "is_private": ch.Private, "is_im": false, "is_mpim": false,
		"is_archived": ch.Archived, "is_general": false, "is_member": ch.has(botUserID),
		"is_shared": ch.Shared, "is_ext_shared": ch.Shared, "is_org_shared": false,
		"num_members": len(ch.members), "context_team_id": w.cfg.Team.ID,
		"topic":   reply{"value": ch.Topic, "creator": "", "last_set": 0},
		"purpose": reply{"value": "", "creator": "", "last_set": 0},
	}
}
