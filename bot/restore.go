package bot

import (
	"context"
	"fmt"
	"io"
	"regexp"
	"slices"

	"quartermaster/bot/store"
	"quartermaster/connectors/mail"
)

// Restore loads a backup into the configured database, which must be empty. A file
// that is no sound backup is refused before a database is started for it.
func Restore(ctx context.Context, c Config, open func() (io.ReadCloser, error)) (store.Manifest, error) {
	if err := readable(open); err != nil {
		return store.Manifest{}, err
	}
	url, stop, err := c.database(ctx)
	if err != nil {
		return store.Manifest{}, err
	}
	defer stop()
	return store.Restore(ctx, url, open)
}

func readable(open func() (io.ReadCloser, error)) error {
	f, err := open()
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // only read
	_, err = store.ReadManifest(f)
	return err
}

var orderNumber = regexp.MustCompile(`\bPO-\d{4}-\d{4,}\b`)

// WriteReconcile prints what a person has to look at after a restore.
func WriteReconcile(ctx context.Context, w io.Writer, c Config, st *store.Store) error {
	at, err := store.RestoredFrom(ctx, st.Pool())
	if err != nil {
		return err
	}
	if at == "" {
		_, err := fmt.Fprintln(w, "Nothing to reconcile: the database was not restored, or that was settled before.")
		return err
	}
	k, err := store.KnownOrders(ctx, st.Pool())
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "Restored from a backup of %s. Locked: nothing is proposed, nothing can be approved.\n\n", at)
	if len(k.Numbers) == 0 {
		fmt.Fprintln(w, "The database knows no order.")
	} else {
		fmt.Fprintf(w, "The newest order it knows is %s, approved %s.\n", k.Numbers[len(k.Numbers)-1], k.Newest.UTC().Format("2006-01-02 15:04 MST"))
	}
	letters, err := mail.List(c.OutboxDir())
	if err != nil {
		return err
	}
	var unknown []string
	for _, l := range letters {
		for _, n := range orderNumber.FindAllString(l.Subject, 1) {
			if !slices.Contains(k.Numbers, n) {
				unknown = append(unknown, n+" to "+l.To)
			}
		}
	}
	slices.Sort(unknown)
	for _, u := range slices.Compact(unknown) {
		fmt.Fprintf(w, "The outbox folder holds a letter to an order it does not know: %s\n", u)
	}
	for _, q := range k.Doubt {
		fmt.Fprintf(w, "Asked about in Slack: whether the letter of %s has left.\n", q)
	}
	_, err = fmt.Fprint(w, `
To do:
  1. Look for later orders in the Slack channel, the sent mail and at the suppliers.
  2. Enter them in open_orders.csv (docs/data.md) and run "quartermaster import", so that they count.
  3. quartermaster reconcile --done --reason "..."
`)
	return err
}
