package eventlog

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"

	"llbot/protocols/qq"
)

// damage does to the disk what no crash does.
func (c *course) damage() {
	c.damaged++
	c.hurt, c.broken = true, true
	pick := func(pattern string) (string, bool) {
		names := c.disk.files(pattern)
		if len(names) == 0 {
			return "", false
		}
		return names[c.rng.IntN(len(names))], true
	}
	switch c.rng.IntN(7) {
	case 0, 1:
		for range 1 + c.rng.IntN(4) {
			if name, ok := pick("*.seg"); ok {
				c.disk.flip(name)
			}
		}
	case 2:
		if name, ok := pick("*"); ok {
			c.disk.flip(name)
		}
	case 3:
		if name, ok := pick([]string{"*.seg", "*.idx", numbersName}[c.rng.IntN(3)]); ok {
			c.disk.delete(name)
		}
	case 4:
		c.deleted++
		for _, name := range c.disk.files("*") {
			if c.rng.IntN(3) > 0 || strings.HasSuffix(name, segmentSuffix) {
				c.disk.delete(name)
			}
		}
	case 5:
		if name, ok := pick("*"); ok {
			n := c.disk.names[name]
			c.disk.put(name, n.data[:c.rng.IntN(len(n.data)+1)])
		}
	case 6:
		garbage := make([]byte, c.rng.IntN(6000))
		for i := range garbage {
			garbage[i] = byte(c.rng.Uint32())
		}
		name := []string{segmentName(qq.SN(c.rng.Uint64N(1 << 53))), "0.seg", numbersName, "notes.txt", indexName(5)}[c.rng.IntN(5)]
		c.disk.put(filepath.Join("log", name), garbage)
	}
}

// randomEvent is some event of 50 to 700 bytes.
func randomEvent(rng *rand.Rand) qq.Event {
	switch rng.IntN(8) {
	case 0:
		return &qq.FriendDeleted{User: qq.UserID(rng.Uint32())}
	case 1:
		text := strings.Repeat("a群", rng.IntN(150))
		return &qq.MessageReceived{Message: qq.Message{MessageRef: qq.MessageRef{Chat: qq.GroupChat(7), Seq: rng.Int64()}, Segments: qq.Segments{&qq.Text{Text: text}}}}
	}
	text := fmt.Sprintf(`"%d%s"`, rng.Uint64(), strings.Repeat("x", rng.IntN(500)))
	return &qq.UnknownEvent{Kind: "Later", Data: []byte(text)}
}
