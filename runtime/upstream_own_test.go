package runtime_test

import (
	"encoding/base64"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// numbering are members that tell which message, event or time it was.
var numbering = regexp.MustCompile(`(message_seq|message_id|real_id|real_seq|seq|sn|_sn|\.id|time|created_at|updated_at)$`)

// quoting is the number of a message within a text: how many were said before it
// depends on how soon the witnesses hear.
var quoting = regexp.MustCompile(`(\[CQ:reply,id=|<quote id=\\")[^\]\\]+`)

// ownEvents are the account's own messages as b's clients hear them, in the
// order in which they were said: [message][protocol].
func ownEvents(t *testing.T, p upstreamProtocol) (list [][3]string) {
	t.Helper()
	c := newChain(t, p)
	w := c.b.witnesses()
	heard := func(a answer, protocol int, parts ...string) [3]string {
		t.Helper()
		events := w.await(parts...)
		path := []string{viaOneBot: "data.message_id", viaMilky: "data.message_seq", viaSatori: "0.id"}[protocol]
		if id := ids(events)[protocol]; id != word(a.at(path)) {
			t.Errorf("%q: the answer was %s, the event is of %s", parts, a.text, id)
		}
		list = append(list, events)
		return events
	}
	var quoted [3]string
	for i, face := range protocols {
		quoted = ids(heard(c.b.via(i, sendText, "own by "+face), i, "own by "+face))
	}
	c.a.say(alice, "between")
	for i, face := range protocols {
		heard(c.b.via(i, sendReply, "own reply by "+face, quoted[i]), i, "own reply by "+face)
	}
	heard(c.b.via(viaOneBot, sendPrivate, "own to Alice"), viaOneBot, "own to Alice")
	heard(c.b.via(viaMilky, sendPrivate, "own to her again"), viaMilky, "own to her again")
	heard(c.b.via(viaOneBot, sendImage, base64.StdEncoding.EncodeToString(picture(t, 7))), viaOneBot, "im")
	c.b.via(viaSatori, sendText, "own at last")
	w.await("own at last")
	c.a.say(alice, "the end")
	for _, witness := range w {
		for _, e := range witness.until("the end") {
			if strings.Contains(e, "own ") {
				t.Errorf("told twice: %s", e)
			}
		}
	}
	return list
}

// TestUpstreamOwnMessages: a server that does not report the account's own
// messages is as good as one that does: b's clients hear each once, with the id
// that the send was answered with, and it says the same.
func TestUpstreamOwnMessages(t *testing.T) {
	noLeaks(t)
	pairs := map[string][2]upstreamProtocol{}
	for _, p := range upstreamProtocols() {
		silent := p
		silent.hushed = true
		pairs[p.name] = [2]upstreamProtocol{p, silent}
	}
	for i, p := range maskedProtocols() {
		silent := maskedProtocols()[i]
		silent.mask.set("", true)
		pairs[p.name] = [2]upstreamProtocol{p, silent}
	}
	for name, pair := range pairs {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			told, made := ownEvents(t, pair[0]), ownEvents(t, pair[1])
			for i := range told {
				for face := range protocols {
					want, got := leaves(t, told[i][face]), leaves(t, made[i][face])
					for _, side := range []map[string]string{want, got} {
						for path, value := range side {
							if side[path] = quoting.ReplaceAllString(value, "$1"); numbering.MatchString(path) {
								side[path] = ""
							}
						}
					}
					if d := cmp.Diff(want, got); d != "" {
						t.Errorf("%s: told (-), made (+):\n%s", protocols[face], d)
					}
				}
			}
		})
	}
}
