package conn

import (
	"time"

	"llbot/actors/system"
)

// spawning is how a conn runs that has children: they come back with back-off.
func spawning() system.Spawning {
	return system.Spawning{Strategy: system.Backoff{Initial: 100 * time.Millisecond, Max: 30 * time.Second}.Strategy()}
}
