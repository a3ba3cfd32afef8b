package workspace

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Block is one layout block, as sent, with a block_id given to it if it had none.
type Block = map[string]any

// Message is a message as Slack shows it. Values handed out are copies; their
// blocks are shared and must not be changed.
type Message struct {
	Type       string    `json:"type"`
	Subtype    string    `json:"subtype,omitempty"`
	User       string    `json:"user,omitempty"`
	BotID      string    `json:"bot_id,omitempty"`
	AppID      string    `json:"app_id,omitempty"`
	Team       string    `json:"team,omitempty"`
	Text       string    `json:"text"`
	TS         string    `json:"ts"`
	ThreadTS   string    `json:"thread_ts,omitempty"`
	Blocks     []Block   `json:"blocks,omitempty"`
	Files      []*File   `json:"files,omitempty"`
	Metadata   *Metadata `json:"metadata,omitempty"`
	Edited     *Edited   `json:"edited,omitempty"`
	ReplyCount int       `json:"reply_count,omitempty"`
	ReplyUsers []string  `json:"reply_users,omitempty"`
	Latest     string    `json:"latest_reply,omitempty"`
	Ephemeral  bool      `json:"is_ephemeral,omitempty"`

	// Channel is the id of the channel.
	Channel string `json:"-"`
	// To is the only person who sees an ephemeral message.
	To string `json:"-"`

	seq     int64  // order of arrival, for "after this click"
	trigger string // gesture whose response_url brought it
}

// Metadata is what an app hides in a message to find it again.
type Metadata struct {
	EventType    string         `json:"event_type"`
	EventPayload map[string]any `json:"event_payload"`
}

// Edited says who changed a message last, and when.
type Edited struct {
	User string `json:"user"`
	TS   string `json:"ts"`
}

// conversation is a channel or, when peer is set, a direct conversation.
type conversation struct {
	Channel
	peer       string // other person of a direct conversation with the bot
	created    int64
	members    []string
	messages   []*Message // by ts
	ephemerals []*Message
	nextPost   time.Time // earliest next post of the bot under Config.PostEvery
}

func newConversation(c Channel, users []User, now time.Time) *conversation {
	members := slices.Clone(c.Members)
	if len(members) == 0 {
		for _, u := range users {
			if !u.Guest && !u.Foreign && !u.Bot && !u.Deactivated {
				members = append(members, u.ID)
			}
		}
	}
	if !c.WithoutBot {
		members = append(members, botUserID)
	}
	return &conversation{Channel: c, members: members, created: now.Unix()}
}

func (c *conversation) has(user string) bool { return slices.Contains(c.members, user) }

// find returns the message at ts; ephemeral ones only when asked for.
func (c *conversation) find(ts string, ephemeral bool) *Message {
	list := c.messages
	if ephemeral {
		list = c.ephemerals
	}
	if i := slices.IndexFunc(list, func(m *Message) bool { return m.TS == ts }); i >= 0 {
		return list[i]
	}
	return nil
}

// add appends m and counts it as a reply of its parent.
func (c *conversation) add(m *Message) {
	m.Channel = c.ID
	if m.Ephemeral {
		c.ephemerals = append(c.ephemerals, m)
		return
	}
	c.messages = append(c.messages, m)
	c.recount(m.ThreadTS)
}

func (c *conversation) remove(m *Message) {
	if m.Ephemeral {
		c.ephemerals = slices.DeleteFunc(c.ephemerals, func(o *Message) bool { return o == m })
		return
	}
	if m.ReplyCount > 0 { // a thread keeps its head
		*m = Message{Type: "message", Subtype: "tombstone", Text: "This message was deleted.",
			TS: m.TS, ThreadTS: m.ThreadTS, ReplyCount: m.ReplyCount, ReplyUsers: m.ReplyUsers, Latest: m.Latest, Channel: m.Channel}
		return
	}
	c.messages = slices.DeleteFunc(c.messages, func(o *Message) bool { return o == m })
	c.recount(m.ThreadTS)
}

// recount refreshes the reply fields of the thread's head.
func (c *conversation) recount(thread string) {
	head := c.find(thread, false)
	if thread == "" || head == nil {
		return
	}
	head.ReplyCount, head.ReplyUsers, head.Latest = 0, nil, ""
	for _, m := range c.messages {
		if m.ThreadTS != thread || m == head {
			continue
		}
		head.ReplyCount++
		head.Latest = m.TS
		if !slices.Contains(head.ReplyUsers, m.User) {
			head.ReplyUsers = append(head.ReplyUsers, m.User)
		}
	}
	head.ThreadTS = ""
	if head.ReplyCount > 0 {
		head.ThreadTS = thread
	}
}

// thread returns the head and its replies, oldest first.
func (c *conversation) thread(ts string) []*Message {
	var out []*Message
	for _, m := range c.messages {
		if m.TS == ts || m.ThreadTS == ts {
			out = append(out, m)
		}
	}
	return out
}

// The functions below need w.mu held.

// nextTS returns a time stamp that was never given before and is above all
// others: seconds and six digits of microseconds.
func (w *Workspace) nextTS() string {
	w.lastTS = max(w.lastTS+1, w.cfg.Clock().UnixMicro())
	return fmt.Sprintf("%d.%06d", w.lastTS/1e6, w.lastTS%1e6)
}

// nextSeq numbers what people can see, in order.
func (w *Workspace) nextSeq() int64 {
	w.lastSeq++
	return w.lastSeq
}

func (w *Workspace) user(id string) (User, bool) {
	i := slices.IndexFunc(w.users, func(u User) bool { return u.ID == id })
	if i < 0 {
		return User{}, false
	}
	return w.users[i], true
}

// channel finds a conversation by id.
func (w *Workspace) channel(id string) *conversation {
	i := slices.IndexFunc(w.channels, func(c *conversation) bool { return c.ID == id })
	if i < 0 {
		return nil
	}
	return w.channels[i]
}

// named finds a conversation by id, name or #name.
func (w *Workspace) named(name string) *conversation {
	if c := w.channel(name); c != nil {
		return c
	}
	name = strings.TrimPrefix(name, "#")
	i := slices.IndexFunc(w.channels, func(c *conversation) bool { return c.Name == name && c.peer == "" })
	if i < 0 {
		return nil
	}
	return w.channels[i]
}

// direct returns the conversation between the bot and a person, made on demand.
func (w *Workspace) direct(user string) *conversation {
	i := slices.IndexFunc(w.channels, func(c *conversation) bool { return c.peer == user })
	if i >= 0 {
		return w.channels[i]
	}
	c := &conversation{
		Channel: Channel{ID: "D" + strings.TrimPrefix(user, "U"), Private: true},
		peer:    user, members: []string{user, botUserID}, created: w.cfg.Clock().Unix(),
	}
	for w.channel(c.ID) != nil {
		c.ID = newID("D")
	}
	w.channels = append(w.channels, c)
	w.announce(notice{Kind: "channels"})
	return c
}

// botMessage returns a message of the app with identity and time filled in.
func (w *Workspace) botMessage(text string, blocks []Block) *Message {
	return &Message{
		Type: "message", User: botUserID, BotID: botID, AppID: appID, Team: w.cfg.Team.ID,
		Text: text, Blocks: blocks, TS: w.nextTS(), seq: w.nextSeq(),
	}
}
