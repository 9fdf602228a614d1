package qq

// Keyboard is the rows of buttons under a message of one of QQ's official
// bots. OneBot keyboard (received only), Satori button.
type Keyboard struct {
	Bot  UserID        `json:"bot,omitempty"` // the bot's application id
	Rows []KeyboardRow `json:"rows"`
}

// KeyboardRow is one row of a Keyboard, left to right.
type KeyboardRow struct {
	Buttons []Button `json:"buttons"`
}

// Button is one button of a Keyboard.
type Button struct {
	ID           string           `json:"id"`
	Label        string           `json:"label"`
	VisitedLabel string           `json:"visited_label,omitempty"`
	Style        int              `json:"style"` // 0 grey, 1 blue
	Action       ButtonAction     `json:"action"`
	Data         string           `json:"data,omitempty"` // URL, callback data or command
	Permission   ButtonPermission `json:"permission"`
	Roles        []string         `json:"roles,omitempty"` // PermitRoles
	Users        []string         `json:"users,omitempty"` // PermitUsers
	Unsupported  string           `json:"unsupported,omitempty"`
	Reply        bool             `json:"reply,omitempty"` // ActionCommand: quote the message
	Enter        bool             `json:"enter,omitempty"` // ActionCommand: send at once
}

// ButtonAction is what pressing a button does, in QQ's numbers.
type ButtonAction uint8

// The actions: open Data as a link, call the bot back with Data, or put Data
// into the input line.
const (
	ActionLink ButtonAction = iota
	ActionCallback
	ActionCommand
)

// ButtonPermission is who may press a button, in QQ's numbers.
type ButtonPermission uint8

// The permissions.
const (
	PermitUsers ButtonPermission = iota
	PermitAdmins
	PermitAll
	PermitRoles
)

func (*Keyboard) segment() {}
