package onebot11

import (
	"fmt"

	"llbot/protocols/action"
)

// Credentials says which secrets of the login the actions hand out.
type Credentials string

// The choices; Cookies is the default.
const (
	// NoCredentials serves no action that answers a secret.
	NoCredentials Credentials = "none"
	// Cookies serves get_cookies, get_csrf_token and get_credentials, which
	// are good for QQ's web pages.
	Cookies Credentials = "cookies"
	// AllCredentials also serves get_clientkey, which logs in anywhere.
	AllCredentials Credentials = "all"
)

// permitted leaves out the rows whose secrets are not to be handed out, and
// notes why they are not served.
func (c *core) permitted(rows []action.Action) ([]action.Action, error) {
	withheld := map[string]bool{}
	switch c.opts.Credentials {
	case AllCredentials:
	case "", Cookies:
		withheld["GetClientKey"] = true
	case NoCredentials:
		withheld["GetClientKey"], withheld["GetCredentials"] = true, true
	default:
		return nil, fmt.Errorf("credentials %q are none of none, cookies, all", c.opts.Credentials)
	}
	var kept []action.Action
	for _, row := range rows {
		if withheld[row.Op] {
			c.names[row.Name] = "it answers a secret of the login, and this endpoint's setting credentials does not allow it"
			continue
		}
		kept = append(kept, row)
	}
	return kept, nil
}
