package admin

import "llbot/protocols/qq"

// Status is the answer of GET /api/status.
type Status struct {
	Version   string           `json:"version"`    // of llbot
	Go        string           `json:"go_version"` // that built it
	Started   qq.Time          `json:"started"`    // Unix milliseconds
	Accounts  []AccountStatus  `json:"accounts"`
	Endpoints []EndpointStatus `json:"endpoints"`
}

// AccountStatus is how one account is doing.
type AccountStatus struct {
	Account     qq.UserID `json:"account"`
	Nickname    string    `json:"nickname,omitempty"`
	Driver      string    `json:"driver"`
	Online      bool      `json:"online"`           // logged in
	Good        bool      `json:"good"`             // the driver's link works
	Reason      string    `json:"reason,omitempty"` // why it is not online
	Received    int64     `json:"received"`         // messages
	Sent        int64     `json:"sent"`             // messages
	LastMessage qq.Time   `json:"last_message"`     // Unix milliseconds, 0 = none yet
	Lacks       []string  `json:"lacks"`            // operations that the driver cannot do
	// Why they cannot be done, by the operation; of accounts that another server holds.
	Reasons map[string]string `json:"lacks_because,omitempty"`
}

// EndpointStatus is how one configured endpoint is doing.
type EndpointStatus struct {
	Name      string `json:"name"`
	Kind      string `json:"kind"`
	Address   string `json:"address"` // bound address of a port, or the target without its secrets
	Listening bool   `json:"listening"`
	Error     string `json:"error,omitempty"`
}
