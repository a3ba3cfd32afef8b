package workspace

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

func apiTest(_ *Workspace, c *call) (reply, error) {
	if code := c.str("error"); code != "" {
		return nil, refuse(code)
	}
	return reply{"args": c.values}, nil
}

func authTest(w *Workspace, c *call) (reply, error) {
	bot, _ := w.user(botUserID)
	return reply{
		"url": c.base + "/", "team": w.cfg.Team.Name, "team_id": w.cfg.Team.ID,
		"user": bot.Name, "user_id": bot.ID, "bot_id": botID, "app_id": appID, "is_enterprise_install": false,
	}, nil
}

func teamInfo(w *Workspace, _ *call) (reply, error) {
	t := w.cfg.Team
	return reply{"team": reply{"id": t.ID, "name": t.Name, "domain": t.Domain, "email_domain": "", "icon": reply{}}}, nil
}

func botsInfo(w *Workspace, c *call) (reply, error) {
	if id := c.str("bot"); id != "" && id != botID {
		return nil, refuse("bot_not_found")
	}
	return reply{"bot": w.botProfile()}, nil
}

func usersInfo(w *Workspace, c *call) (reply, error) {
	u, ok := w.user(c.str("user"))
	if !ok {
		return nil, refuse("user_not_found")
	}
	return reply{"user": w.userObject(u)}, nil
}

func usersList(w *Workspace, c *call) (reply, error) {
	users, next, err := page(c.args, w.users, 100, 1000)
	if err != nil {
		return nil, err
	}
	members := make([]reply, len(users))
	for i, u := range users {
		members[i] = w.userObject(u)
	}
	return reply{"members": members, "cache_ts": w.cfg.Clock().Unix(), "response_metadata": reply{"next_cursor": next}}, nil
}

func usersByEmail(w *Workspace, c *call) (reply, error) {
	i := slices.IndexFunc(w.users, func(u User) bool {
		return u.Email != "" && strings.EqualFold(u.Email, c.str("email")) && !u.Deactivated
	})
	if i < 0 {
		return nil, refuse("users_not_found")
	}
	return reply{"user": w.userObject(w.users[i])}, nil
}

// userObject is a user as Slack describes one. The e-mail address needs a scope
// of its own.
func (w *Workspace) userObject(u User) reply {
	zone, err := time.LoadLocation(u.TZ)
	if err != nil {
		zone = time.UTC
	}
	_, offset := w.cfg.Clock().In(zone).Zone()
	profile := reply{
		"real_name": u.RealName, "real_name_normalized": u.RealName, "display_name": u.Name,
		"display_name_normalized": u.Name, "title": u.Title, "team": w.teamOf(u),
	}
	if w.needScope("users:read.email") == nil {
		profile["email"] = u.Email
	}
	out := reply{
		"id": u.ID, "team_id": w.teamOf(u), "name": u.Name, "real_name": u.RealName, "deleted": u.Deactivated,
		"tz": zone.String(), "tz_label": zone.String(), "tz_offset": offset, "profile": profile,
		"is_admin": u.Admin, "is_owner": u.Admin, "is_primary_owner": false, "is_bot": u.Bot, "is_app_user": false,
		"is_restricted": u.Guest, "is_ultra_restricted": false, "is_stranger": u.Foreign, "updated": 0,
	}
	if u.Bot {
		profile["bot_id"], profile["api_app_id"] = botID, appID
	}
	return out
}

// Deactivate takes a person's account away, as an administrator does.
func (w *Workspace) Deactivate(user string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	i := slices.IndexFunc(w.users, func(u User) bool { return u.ID == user })
	if i < 0 {
		return fmt.Errorf("no person %q in this workspace", user)
	}
	w.users[i].Deactivated = true
	return nil
}

func (w *Workspace) teamOf(u User) string {
	if u.Foreign {
		return "T0OTHER"
	}
	return w.cfg.Team.ID
}
