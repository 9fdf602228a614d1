package bench

import "errors"

// chainGroup is where two servers in a row are measured: what the second one,
// whose account is held by the first, adds to the latency of a message and
// how many a second go through.
func chainGroup() group {
	return group{
		name: "chain",
		rows: func(bool) []Row {
			return []Row{{Name: "chain/latency", Unit: "ms", Better: Lower}, {Name: "chain/messages", Unit: "messages/s", Better: Higher}}
		},
		run: func(*session) error { return errors.New("accounts held by another server are not measured yet") },
	}
}
