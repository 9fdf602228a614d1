package qq

// LoginStep is how far a login has come.
type LoginStep uint8

// The steps: no login under way; a QR code waits to be scanned; it was
// scanned; the person agreed; the account is online; QQ threw it out; the code
// is too old.
const (
	LoginIdle LoginStep = iota
	LoginWaiting
	LoginScanned
	LoginConfirmed
	LoginOnline
	LoginKicked
	LoginExpired
)

// String is a word for people and for the admin API.
func (s LoginStep) String() string {
	names := [...]string{"idle", "waiting", "scanned", "confirmed", "online", "kicked", "expired"}
	if int(s) < len(names) {
		return names[s]
	}
	return "unknown"
}

// LoginState is where a login stands. Link is what the QR code says and
// Expires when it ends; both empty when there is none.
type LoginState struct {
	Step    LoginStep `json:"step"`
	Link    string    `json:"link,omitempty"`
	Expires Time      `json:"expires,omitempty"`
	Scanner UserID    `json:"scanner,omitempty"` // who scanned it
	Reason  string    `json:"reason,omitempty"`  // LoginKicked: QQ's own words
}

// GetLoginState answers where the account's login stands, also offline.
type GetLoginState struct{ Reads[LoginState] }

// LogIn starts a login by QR code, or makes a new code when the old one has
// expired. ErrConflict when the account is online. Answered offline.
type LogIn struct{ Governs[None] }

// LogOut ends the login; the account goes offline.
type LogOut struct{ Governs[None] }

// Credentials is what QQ's web pages ask of a browser. It is a secret: never
// stored, never logged.
type Credentials struct {
	Cookies string // "name=value; name=value"
	CSRF    int64  // "bkn" or "g_tk", computed from the skey cookie
}

// GetCredentials answers the cookies for a domain ("" = qzone) and the token
// that goes with them. ErrForbidden for pay.qq.com, ErrInvalid for a domain that
// is none of QQ's. Milky get_cookies and get_csrf_token; OneBot get_cookies,
// get_csrf_token and get_credentials.
type GetCredentials struct {
	Reads[Credentials]
	Domain string
}

// GetClientKey answers the secret by which QQ's web pages log the account in.
// OneBot get_clientkey.
type GetClientKey struct{ Reads[string] }

// MediaKey is what must stand behind the URLs of media of a scene.
type MediaKey struct {
	Scene   Scene  // SceneFriend or SceneGroup
	Key     string // "&rkey=…"
	Made    Time
	Expires Time
}

// GetMediaKeys answers the keys in force. OneBot get_rkey, nc_get_rkey and
// get_rkey_server.
type GetMediaKeys struct{ Reads[[]MediaKey] }
