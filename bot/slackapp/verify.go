package slackapp

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"time"

	"quartermaster/bot/secret"
)

// window is how far the time of a request may be from ours, both ways.
const window = 5 * time.Minute

// genuine reports whether Slack signed this body: scheme v0, HMAC-SHA256 over
// "v0:<timestamp>:<raw body>" with the signing secret, compared in constant
// time. Missing, empty and repeated headers are refused, and so is everything
// when there is no secret.
//
// A request replayed inside the window passes; the inbox drops it by its key.
func genuine(key secret.Text, h http.Header, body []byte, now time.Time) bool {
	stamps, sigs := h.Values("X-Slack-Request-Timestamp"), h.Values("X-Slack-Signature")
	if blank(key) || len(stamps) != 1 || len(sigs) != 1 || len(sigs[0]) < 3 || sigs[0][:3] != "v0=" {
		return false
	}
	at, err := strconv.ParseInt(stamps[0], 10, 64)
	if err != nil || strconv.FormatInt(at, 10) != stamps[0] {
		return false
	}
	if limit := int64(window / time.Second); at < now.Unix()-limit || at > now.Unix()+limit {
		return false
	}
	given, err := hex.DecodeString(sigs[0][3:])
	if err != nil {
		return false
	}
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte("v0:" + stamps[0] + ":"))
	mac.Write(body)
	return hmac.Equal(given, mac.Sum(nil))
}
