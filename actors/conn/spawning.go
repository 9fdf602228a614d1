package conn

import (
	"time"

	"llbot/actors/system"
)

// spawning is how every conn runs: children of conns come back with back-off.
func spawning() system.Spawning {
	return system.Spawning{Strategy: system.Backoff{Initial: 100 * time.Millisecond, Max: 30 * time.Second}.Strategy()}
}
