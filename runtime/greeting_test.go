package runtime_test

import (
	"fmt"
	"testing"

	"llbot/runtime/driver/sim"
)

// What happens once a client has been greeted is not lost on it, however
// close it comes behind the greeting.
func TestNothingIsLostBehindTheGreeting(t *testing.T) {
	r := start(t)
	world := r.server.World("default")
	open := map[string]func() lines{
		"onebot socket": func() lines { s := r.socket(wsName, "/"); s.next(); return s.lines },
		"satori socket": func() lines { s := r.socket(satoriName, "/v1/events"); s.send(`{"op":3}`); s.next(); return s.lines },
		"onebot stream": func() lines { return r.stream(httpName, "/_events").lines },
		"milky stream":  func() lines { return r.stream(milkyName, "/event").lines },
		"milky socket":  func() lines { return r.socket(milkyName, "/event").lines },
	}
	for name, greet := range open {
		for i := range 20 {
			text := fmt.Sprintf("right behind %d.", i)
			l := greet()
			if _, err := world.Say(t.Context(), sim.Say{As: alice, Group: group, Text: text}); err != nil {
				t.Fatal(err)
			}
			if got := l.next(); !contains(got, text) {
				t.Fatalf("%s: want %s, got %s", name, text, got)
			}
		}
	}
}
