package slackapp

import (
	"context"
	"time"

	"github.com/slack-go/slack"

	"quartermaster/core/plan"
)

// knownPerson is an actor as users.info told it at a time.
type knownPerson struct {
	actor plan.Actor
	at    time.Time
}

// personAge is how long an answer of users.info is trusted.
const personAge = 10 * time.Minute

// Person returns what Slack says about a person, at most ten minutes old.
// Somebody Slack does not know is foreign: nobody unknown may decide.
func (c *Client) Person(ctx context.Context, team, user string) (plan.Actor, error) {
	key, now := team+"/"+user, c.cfg.Clock()
	c.mu.Lock()
	known, ok := c.people[key]
	c.mu.Unlock()
	if age := now.Sub(known.at); ok && age >= 0 && age < personAge {
		return known.actor, nil
	}
	self, err := c.whoami(ctx)
	if err != nil {
		return plan.Actor{}, err
	}
	actor := plan.Actor{Team: team, User: user}
	u, err := c.api.GetUserInfoContext(ctx, user)
	switch code := apiCode(err); {
	case code == "user_not_found" || code == "user_not_visible":
		actor.Foreign = true
	case err != nil:
		return plan.Actor{}, c.failed("users.info", "", err, nil)
	default:
		if actor.Team == "" {
			actor.Team = u.TeamID
		}
		actor.Name = personName(u)
		actor.Guest = u.IsRestricted || u.IsUltraRestricted
		actor.Deactivated = u.Deleted
		actor.Bot = u.IsBot || u.IsWorkflowBot || u.IsConnectorBot
		actor.Foreign = u.IsStranger || u.ID != user || u.TeamID != self.TeamID || team != "" && team != self.TeamID
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.people) >= 10000 { // people are few; this only bounds a flood of made-up ids
		clear(c.people)
	}
	c.people[key] = knownPerson{actor, now}
	return actor, nil
}

func personName(u *slack.User) string {
	for _, n := range []string{u.Profile.DisplayName, u.Profile.RealName, u.RealName, u.Name} {
		if n != "" {
			return n
		}
	}
	return u.ID
}
