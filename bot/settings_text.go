package bot

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"quartermaster/core"
	"quartermaster/core/plan"
)

// Changes of the text of a settings file that are more than the value of one line.

var (
	approverHead = regexp.MustCompile(`^\s*\[\[\s*approval\.approver\s*\]\]\s*(#.*)?$`)
	userLine     = regexp.MustCompile(`^\s*user\s*=\s*["']([A-Za-z0-9_-]+)["']\s*(#.*)?$`)
	limitLine    = regexp.MustCompile(`^(\s*limit\s*=\s*)(?:"[^"\\]*"|'[^']*')(\s*(?:#.*)?)$`)
)

// setApprover sets the limit of an approver where it stands, adds an approver at the
// end, or, without a limit, removes one.
func setApprover(text, user, limit string) string {
	lines := strings.Split(text, "\n")
	for from := range lines {
		if !approverHead.MatchString(strings.TrimSuffix(lines[from], "\r")) {
			continue
		}
		to, limitAt, mine := from+1, -1, false
		for ; to < len(lines) && !headForm.MatchString(lines[to]); to++ {
			line := strings.TrimSuffix(lines[to], "\r")
			if m := userLine.FindStringSubmatch(line); m != nil && m[1] == user {
				mine = true
			}
			if limitLine.MatchString(line) {
				limitAt = to
			}
		}
		switch {
		case !mine:
			continue
		case limit == "":
			// Comments and empty lines at the end belong to what follows.
			for to > from+1 && (strings.TrimSpace(lines[to-1]) == "" || strings.HasPrefix(strings.TrimSpace(lines[to-1]), "#")) {
				to--
			}
			return strings.Join(slices.Delete(lines, from, to), "\n")
		case limitAt >= 0:
			lines[limitAt] = limitLine.ReplaceAllString(strings.TrimSuffix(lines[limitAt], "\r"), `${1}"`+limit+`"${2}`)
		}
		return strings.Join(lines, "\n")
	}
	if limit == "" {
		return text
	}
	return strings.TrimRight(text, "\n") + fmt.Sprintf("\n\n[[approval.approver]]\nuser = %q\nlimit = %q\n", user, limit)
}

// putApprover makes the same change in what is expected to be read back.
func putApprover(all map[string]any, user, limit string) {
	in, ok := all["approval"].(map[string]any)
	if !ok {
		in = map[string]any{}
		all["approval"] = in
	}
	list, _ := in["approver"].([]any)
	at := slices.IndexFunc(list, func(v any) bool {
		m, _ := v.(map[string]any)
		return m["user"] == user
	})
	switch {
	case at >= 0 && limit == "":
		list = slices.Delete(list, at, at+1)
	case at >= 0:
		list[at].(map[string]any)["limit"] = limit
	case limit != "":
		list = append(list, map[string]any{"user": user, "limit": limit})
	}
	if in["approver"] = list; len(list) == 0 {
		delete(in, "approver")
	}
	if len(in) == 0 {
		delete(all, "approval")
	}
}

// dropLine removes a setting from its table.
func dropLine(text, name string) string {
	table, key, _ := strings.Cut(name, ".")
	value := regexp.MustCompile(`^\s*` + regexp.QuoteMeta(key) + `\s*=`)
	at := ""
	return strings.Join(slices.DeleteFunc(strings.Split(text, "\n"), func(line string) bool {
		if m := tableForm.FindStringSubmatch(strings.TrimSuffix(line, "\r")); m != nil {
			at = m[1]
		} else if headForm.MatchString(line) {
			at = "another"
		}
		return at == table && value.MatchString(line)
	}), "\n")
}

func drop(all map[string]any, name string) {
	table, key, _ := strings.Cut(name, ".")
	if in, ok := all[table].(map[string]any); ok {
		delete(in, key)
	}
}

// compareSettings names what is different in two texts of a settings file, sorted by
// name: "policy.red_days: 15 (default) → 10". Of a list it names what is added and
// removed.
func compareSettings(old, next string) ([]string, error) {
	was, err := written(old)
	if err != nil {
		return nil, err
	}
	is, err := written(next)
	if err != nil {
		return nil, err
	}
	var out []string
	names := maps.Clone(was)
	maps.Copy(names, is)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		before, after := was[name], is[name]
		if reflect.DeepEqual(before, after) {
			continue
		}
		told := compareLists(before.list, after.list)
		if told == "" {
			told = cmp.Or(before.text, "—") + " → " + cmp.Or(after.text, "—")
		}
		out = append(out, name+": "+told)
	}
	return out, nil
}

// compareLists says what one list has more and less than another, or that only the
// order is another; "" when they hold the same or are no lists.
func compareLists(old, next []string) string {
	less := func(from, what []string) []string {
		from = slices.Clone(from)
		for _, x := range what {
			if i := slices.Index(from, x); i >= 0 {
				from = slices.Delete(from, i, i+1)
			}
		}
		return from
	}
	var parts []string
	if added := less(next, old); len(added) > 0 {
		parts = append(parts, plan.ListAdded+strings.Join(added, ", "))
	}
	if removed := less(old, next); len(removed) > 0 {
		parts = append(parts, plan.ListRemoved+strings.Join(removed, ", "))
	}
	if len(parts) == 0 && !slices.Equal(old, next) {
		return plan.ListOrder + strings.Join(next, ", ")
	}
	return strings.Join(parts, "; ")
}

// value is a setting as a change names it.
type value struct {
	text string
	list []string // of a list, each as it is told
}

// plainItem is what of a list is told without quotes: it cannot be taken for two.
var plainItem = regexp.MustCompile(`^[\p{L}\p{N}_.@/+-]+$`)

func listOf(items []any) value {
	v := value{text: `""`}
	for _, x := range items {
		item := fmt.Sprint(x)
		if !plainItem.MatchString(item) {
			item = strconv.Quote(item)
		}
		v.list = append(v.list, item)
	}
	if len(v.list) > 0 {
		v.text = strings.Join(v.list, ", ")
	}
	return v
}

// written lists the settings of a text by their full names, and those it leaves to
// their defaults, marked so.
func written(text string) (map[string]value, error) {
	tree, err := decode(text)
	if err != nil {
		return nil, err
	}
	said := map[string]value{}
	flatten("", tree, said)
	for name, v := range defaults(core.Currency(said["shop.currency"].text)) {
		_, scheduled := tree["schedules"]
		replaced := scheduled && strings.HasPrefix(name, "schedules.") // a table of schedules takes the place of all of them
		if _, ok := said[name]; !ok && !replaced {
			said[name] = value{text: v + plan.ByDefault}
		}
	}
	return said, nil
}

// defaults are the values in force where a file says nothing, as it would say them. Those
// that are off, and lists, are left out.
func defaults(currency core.Currency) map[string]string {
	out := map[string]string{}
	fill := func(prefix string, file reflect.Type, from any) {
		for field := range file.Fields() {
			v := reflect.ValueOf(from).FieldByName(field.Name)
			if !v.IsValid() || v.IsZero() {
				continue
			}
			switch x := v.Interface().(type) {
			case time.Duration:
				out[prefix+field.Tag.Get("toml")] = plan.DurationText(x)
			case core.Money:
				out[prefix+field.Tag.Get("toml")] = x.Decimal()
			default:
				if k := v.Kind(); k != reflect.Slice && k != reflect.Map && k != reflect.Struct {
					out[prefix+field.Tag.Get("toml")] = fmt.Sprint(x)
				}
			}
		}
	}
	f, policy := unsaid(), core.DefaultPolicy()
	policy.Quantity.LineCost = core.DefaultLineCost(cmp.Or(currency, core.Currency(f.Shop.Currency)))
	for prefix, part := range map[string]any{"shop.": f.Shop, "slack.": f.Slack, "model.": f.Model} {
		fill(prefix, reflect.TypeOf(part), part)
	}
	fill("policy.", reflect.TypeOf(f.Policy), policy)
	fill("quantity.", reflect.TypeOf(f.Quantity), policy.Quantity)
	fill("approval.", reflect.TypeOf(f.Approval), policy.Approval)
	for name, spec := range defaultSchedules {
		out["schedules."+name] = spec
	}
	return out
}

// flatten lists settings by their full names. A list of tables goes by the user each
// is about, or by number.
func flatten(name string, v any, into map[string]value) {
	join := func(key string) string { return strings.TrimPrefix(name+"."+key, ".") }
	switch v := v.(type) {
	case map[string]any:
		for key, x := range v {
			flatten(join(key), x, into)
		}
	case []any:
		tables := len(v) > 0
		for _, x := range v {
			_, ok := x.(map[string]any)
			tables = tables && ok
		}
		if !tables {
			into[name] = listOf(v)
			return
		}
		for i, x := range v {
			m := maps.Clone(x.(map[string]any))
			user, ok := m["user"].(string)
			delete(m, "user")
			if !ok {
				user = strconv.Itoa(i + 1)
			}
			if team, ok := m["team"].(string); ok { // the same person of two workspaces
				user += "@" + team
				delete(m, "team")
			}
			flatten(join(user), m, into)
		}
	default:
		into[name] = value{text: cmp.Or(fmt.Sprint(v), `""`)}
	}
}
