package mail

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	netmail "net/mail"
	"net/netip"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"
	"time"

	"quartermaster/connectors"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"
)

// Config sets up an SMTP sink.
type Config struct {
	// URL is smtp://user:password@host:587 (STARTTLS) or smtps://...:465 (TLS from
	// the start). It is a secret. User and password may be left out. Ports default
	// to 587 and 465. TLS is required unless the host is this machine or the URL
	// ends in ?tls=off; no password is sent over the network without TLS.
	URL string
	// From is the sender, "name@domain" or "Name <name@domain>".
	From string
	// Timeout bounds one letter from dialling to the last answer. Defaults to 45
	// seconds.
	Timeout time.Duration
	// TLS overrides trust and certificates; nil means the system's. ServerName is
	// set from the URL when empty.
	TLS *tls.Config
	// Now is the clock of the Date field. Defaults to time.Now.
	Now func() time.Time
}

// String prints the configuration without the URL's secrets.
func (c Config) String() string {
	s, err := parse(c.URL)
	if err != nil {
		return "smtp (invalid URL)"
	}
	return s.String()
}

// GoString prints what String prints, so that %#v holds no secret either.
func (c Config) GoString() string { return c.String() }

// LogValue is what log/slog prints.
func (c Config) LogValue() slog.Value { return slog.StringValue(c.String()) }

// server is a parsed URL.
type server struct {
	host       string
	port       int
	user, pass string
	implicit   bool // TLS from the start
	plain      bool // no TLS at all
}

func (s server) String() string {
	switch {
	case s.implicit:
		return "smtps://" + net.JoinHostPort(s.host, strconv.Itoa(s.port))
	case s.plain:
		return "smtp://" + net.JoinHostPort(s.host, strconv.Itoa(s.port)) + "?tls=off"
	}
	return "smtp://" + net.JoinHostPort(s.host, strconv.Itoa(s.port))
}

// parse reads the URL. Its errors name the fault and never quote the input.
func parse(raw string) (server, error) {
	var s server
	u, err := url.Parse(raw)
	if err != nil {
		return s, errors.New("SMTP URL cannot be read; the form is smtp://user:password@host:587, with special characters of the password written as %XX")
	}
	switch u.Scheme {
	case "smtp":
		s.port = 587
	case "smtps":
		s.port, s.implicit = 465, true
	default:
		return s, errors.New("SMTP URL must begin with smtp:// or smtps://")
	}
	if s.host = u.Hostname(); s.host == "" {
		return s, errors.New("SMTP URL names no host")
	}
	if p := u.Port(); p != "" {
		if s.port, err = strconv.Atoi(p); err != nil || s.port < 1 || s.port > 65535 {
			return s, errors.New("SMTP URL: the port must be a number from 1 to 65535")
		}
	}
	if u.Path != "" && u.Path != "/" || u.Fragment != "" {
		return s, errors.New("SMTP URL has a part after the host; write / ? # and @ of the password as %2F %3F %23 and %40")
	}
	s.user = u.User.Username()
	s.pass, _ = u.User.Password()
	if (s.user == "") != (s.pass == "") {
		return s, errors.New("SMTP URL must have both a user and a password, or neither")
	}
	local := isLoopback(s.host)
	for name, values := range u.Query() {
		if name != "tls" || len(values) != 1 || values[0] != "off" {
			return s, errors.New("SMTP URL: the only option is ?tls=off")
		}
		if s.implicit {
			return s, errors.New("SMTP URL: smtps:// and ?tls=off exclude each other")
		}
		if s.user != "" && !local {
			return s, errors.New("SMTP URL: a password is not sent over the network without TLS; remove ?tls=off")
		}
		s.plain = true
	}
	if local && !s.implicit {
		s.plain = true
	}
	return s, nil
}

func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && ip.IsLoopback()
}

// SMTP sends letters by way of one mail server, one connection per letter. It
// is safe for concurrent use.
type SMTP struct {
	server  server
	from    *netmail.Address
	timeout time.Duration
	tls     *tls.Config
	now     func() time.Time
}

// NewSMTP checks the configuration. It does not connect.
func NewSMTP(c Config) (*SMTP, error) {
	s, err := parse(c.URL)
	if err != nil {
		return nil, err
	}
	from, err := address(c.From)
	if err != nil {
		return nil, fmt.Errorf("sender: %w", err)
	}
	if c.Timeout < 0 {
		return nil, fmt.Errorf("SMTP time-out must be positive, is %s", c.Timeout)
	}
	out := &SMTP{server: s, from: from, timeout: c.Timeout, tls: &tls.Config{MinVersion: tls.VersionTLS12}, now: c.Now}
	if out.timeout == 0 {
		out.timeout = 45 * time.Second
	}
	if c.TLS != nil {
		out.tls = c.TLS.Clone()
	}
	if out.tls.ServerName == "" {
		out.tls.ServerName = s.host
	}
	if out.now == nil {
		out.now = time.Now
	}
	return out, nil
}

// Class returns Unconfirmable: after the final dot nobody can be asked.
func (s *SMTP) Class() connectors.Class { return connectors.Unconfirmable }

// String names the server without user and password.
func (s *SMTP) String() string { return s.server.String() }

// GoString prints what String prints.
func (s *SMTP) GoString() string { return s.String() }

// LogValue is what log/slog prints.
func (s *SMTP) LogValue() slog.Value { return slog.StringValue(s.String()) }

// Send sends l. Receipt.Ref is the server's answer to the final dot, which
// mostly holds its queue id. Errors are as the package comment says.
func (s *SMTP) Send(ctx context.Context, l connectors.Letter) (connectors.Receipt, error) {
	msg, err := compose(l, s.from, s.now())
	if err != nil {
		return connectors.Receipt{}, err
	}
	deadline := time.Now().Add(s.timeout)
	if d, ok := ctx.Deadline(); ok && d.Before(deadline) {
		deadline = d
	}
	ctx, cancel := context.WithDeadline(ctx, deadline)
	defer cancel()
	conn, err := s.dial(ctx)
	if err != nil {
		return connectors.Receipt{}, s.failed("connect", err)
	}
	defer conn.Close() //nolint:errcheck // what closing answers changes nothing
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	c, err := s.login(ctx, conn, time.Until(deadline))
	if err != nil {
		return connectors.Receipt{}, s.failed("connect", err)
	}
	if err := c.UpdateDeadline(time.Until(deadline)); err != nil {
		return connectors.Receipt{}, s.failed("connect", err)
	}
	receipt, err := s.transfer(c, msg)
	if err == nil && c.UpdateDeadline(time.Second) == nil {
		_ = c.Quit() // politeness: the letter is accepted
	}
	return receipt, err
}

func (s *SMTP) dial(ctx context.Context) (net.Conn, error) {
	addr := net.JoinHostPort(s.server.host, strconv.Itoa(s.server.port))
	if s.server.implicit {
		return (&tls.Dialer{Config: s.tls}).DialContext(ctx, "tcp", addr)
	}
	return new(net.Dialer).DialContext(ctx, "tcp", addr)
}

// login greets, switches to TLS and logs in. go-mail gets a connection that we
// opened, because it leaves its own open when a step of this fails.
func (s *SMTP) login(ctx context.Context, conn net.Conn, timeout time.Duration) (*smtp.Client, error) {
	policy := gomail.TLSMandatory
	if s.server.implicit || s.server.plain {
		policy = gomail.NoTLS // nothing to switch to
	}
	opts := []gomail.Option{
		gomail.WithPort(s.server.port), gomail.WithTLSConfig(s.tls), gomail.WithTLSPolicy(policy),
		gomail.WithTimeout(max(timeout, time.Millisecond)), gomail.WithoutSMTPUTF8(),
		gomail.WithHELO(s.from.Address[strings.LastIndex(s.from.Address, "@")+1:]),
		gomail.WithDialContextFunc(func(context.Context, string, string) (net.Conn, error) { return conn, nil }),
	}
	if s.server.user != "" {
		opts = append(opts, gomail.WithUsername(s.server.user), gomail.WithPassword(s.server.pass),
			gomail.WithOpportunisticSMTPAuth(gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthPlain, gomail.SMTPAuthLogin))
	}
	client, err := gomail.NewClient(s.server.host, opts...)
	if err != nil {
		return nil, err
	}
	return client.DialToSMTPClientWithContext(ctx)
}

// transfer runs MAIL, RCPT and DATA. It does not use go-mail's Send, which
// writes the last of the text and the final dot at once, drops the error of that
// write, and so reports a break during DATA as one after it (ErrSMTPDataClose).
func (s *SMTP) transfer(c *smtp.Client, msg *gomail.Msg) (connectors.Receipt, error) {
	none := connectors.Receipt{}
	from, err := msg.GetSender(false)
	if err != nil {
		return none, s.failed("sender", err)
	}
	to, err := msg.GetRecipients()
	if err != nil {
		return none, s.failed("recipient", err)
	}
	if err := c.Mail(from); err != nil {
		return none, s.failed("MAIL FROM", err)
	}
	if err := c.Rcpt(to[0]); err != nil {
		return none, s.failed("RCPT TO", err)
	}
	w, err := c.Data()
	if err != nil {
		return none, s.failed("DATA", err)
	}
	if _, err := msg.WriteTo(w); err != nil {
		return none, s.failed("write the text", err)
	}
	if err := c.Text.W.Flush(); err != nil {
		return none, s.failed("write the text", err)
	}
	data, ok := w.(*smtp.DataCloser)
	if !ok {
		return none, s.failed("DATA", fmt.Errorf("unexpected writer %T", w))
	}
	// The dot is five bytes in one write: when it fails, the server has not got it.
	if err := data.WriteCloser.Close(); err != nil {
		return none, s.failed("write the final dot", err)
	}
	_, answer, err := c.Text.ReadResponse(250)
	if err == nil {
		return connectors.Receipt{Ref: fmt.Sprintf("%.200s", cmp.Or(answer, "accepted"))}, nil
	}
	var reply *textproto.Error
	if errors.As(err, &reply) && reply.Code >= 400 {
		return none, s.failed("final dot", err)
	}
	return none, fmt.Errorf("SMTP %s: no answer to the final dot: %s: %w", s.server.host, s.clean(err), connectors.ErrUncertain)
}

// failed is an error before acceptance: permanent when the server said 5xx.
func (s *SMTP) failed(step string, err error) error {
	var reply *textproto.Error
	if errors.As(err, &reply) && reply.Code >= 500 {
		return fmt.Errorf("SMTP %s: %s: %s: %w", s.server.host, step, s.clean(err), connectors.ErrPermanent)
	}
	return fmt.Errorf("SMTP %s: %s: %s", s.server.host, step, s.clean(err))
}

// clean returns the text of err without the password, should the server have
// repeated it, and within a line's length.
func (s *SMTP) clean(err error) string {
	text := strings.ToValidUTF8(err.Error(), "?")
	if s.server.pass != "" {
		text = strings.ReplaceAll(text, s.server.pass, "[redacted]")
	}
	return strings.Join(strings.Fields(fmt.Sprintf("%.300s", text)), " ")
}
