package sim

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"llbot/protocols/qq"
)

// dumpedAgain is the dump of a world that began with a dump.
func dumpedAgain(t failer, text []byte, opt Options) []byte {
	t.Helper()
	s, err := ParseScene("dump.yaml", text)
	if err != nil {
		t.Fatalf("%v\nof\n%s", err, text)
	}
	opt.Scene, opt.Dir = s, ""
	w, err := Open(opt)
	if err != nil {
		t.Fatalf("%v\nof\n%s", err, text)
	}
	again := w.Scene().YAML()
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return again
}

func sameDump(t failer, w *World, opt Options) {
	t.Helper()
	text := w.Scene().YAML()
	if again := dumpedAgain(t, text, opt); !bytes.Equal(text, again) {
		t.Fatalf("first\n%s\nthen\n%s", text, again)
	}
}

// On a clock that stands still everybody speaks in the same millisecond.
func TestDumpKeepsTheOrderOfAChat(t *testing.T) {
	c := newClock()
	opt := Options{Now: c.Now, Clock: &Clock{At: c.Now()}, Blobs: testBlobs()}
	w := openWorld(t, opt)
	for _, as := range []qq.UserID{bob, alice, carol, alice, bob} {
		do(t, w, as, inGroup("at once"))
	}
	do(t, w, bot, toUser(alice, "at once"))
	do(t, w, alice, toUser(bot, "at once"))
	sameDump(t, w, opt)
}

func TestDumpOfAClockThatWentBack(t *testing.T) {
	c := newClock()
	opt := Options{Now: c.Now, Blobs: testBlobs()}
	w := openWorld(t, opt)
	do(t, w, alice, inGroup("later"))
	c.add(-time.Hour)
	do(t, w, alice, inGroup("earlier"))
	do(t, w, alice, toUser(bot, "earlier"))
	sameDump(t, w, opt)
}

func TestDumpOfMessagesWithoutTimes(t *testing.T) {
	c := newClock()
	opt := Options{Now: c.Now, Blobs: testBlobs(), Scene: parsed(t, `
users: [10001, 10002]
messages:
  - {from: 10001, to: 10002, text: at the beginning}
  - {from: 10002, to: 10001, text: long ago, at: 2001-01-01T00:00:00Z}
`)}
	sameDump(t, openWorld(t, opt), opt)
}

// Two may have become friends since, or be friends no longer.
func TestDumpKeepsTheWayOfAMessage(t *testing.T) {
	c := newClock()
	opt := Options{Now: c.Now, Blobs: testBlobs(), Scene: parsed(t, `
users: [10001, 10002, 10003]
friends: [{a: 10001, b: 10002}]
groups: [{id: 777, members: [{user: 10001, role: owner}, 10002, 10003]}]
accounts: [10001]
messages:
  - {from: 10002, to: 10001, via: 777, text: strangers}
  - {from: 10002, to: 10001, text: friends}
  - {from: 10003, to: 10001, text: friends}
  - {from: 10003, to: 10001, via: 777, text: no longer}
`)}
	w := openWorld(t, opt)
	sameDump(t, w, opt)
	for peer, temps := range map[qq.UserID][]bool{10002: {true, false}, 10003: {false, true}} {
		for i, temp := range temps {
			if m := w.st.find(pairKey(10001, peer), int64(i+1)); m.Temp != temp || (m.Via == 777) != temp {
				t.Errorf("user %d: %+v, temporary is %v", peer, m, temp)
			}
		}
	}
}

// A world in which anything happened, mostly at once, is dumped so that the
// dump of the dump is the same. Nobody comes back to a group: a scene does not
// tell what he said before from what he says as a member.
func TestAnyWorldIsDumpedAndLoaded(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c := newClock()
		opt := Options{Now: c.Now, Blobs: fileBlobs()}
		w, err := Open(opt)
		if err != nil {
			rt.Fatal(err)
		}
		for _, a := range accounts() {
			driverOf(t, w, a)
		}
		m := newModel(rt, w, c)
		wait := func(*rapid.T) { c.add(time.Duration(rapid.IntRange(1, 2000).Draw(rt, "ms")) * time.Millisecond) }
		rt.Repeat(map[string]func(*rapid.T){
			"speak": m.speak, "again": m.speak, "recall": m.recall, "moderate": m.moderate,
			"befriend": m.befriend, "post": m.post, "react": m.react, "wait": wait,
		})
		sameDump(rt, w, opt)
		if err := w.Close(); err != nil {
			rt.Fatal(err)
		}
	})
}

// What was copied stays as it was, whatever happens to the world.
func TestStillIsStill(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c := newClock()
		w, err := Open(Options{Now: c.Now, Blobs: fileBlobs()})
		if err != nil {
			rt.Fatal(err)
		}
		for _, a := range accounts() {
			driverOf(t, w, a)
		}
		m := newModel(rt, w, c)
		var still *state
		var want []byte
		keep := func(*rapid.T) {
			if still != nil && !bytes.Equal(stateText(rt, still), want) {
				rt.Fatalf("the copy changed:\n%s\nto\n%s", want, stateText(rt, still))
			}
			still, _ = w.still()
			want = stateText(rt, still)
			sameState(rt, still, w.st)
		}
		rt.Repeat(map[string]func(*rapid.T){
			"keep": keep, "speak": m.speak, "recall": m.recall, "moderate": m.moderate, "join": m.join,
			"befriend": m.befriend, "contact": m.contact, "wait": m.wait, "post": m.post, "choose": m.choose,
			"belong": m.belong, "door": m.door, "react": m.react, "wrap": m.wraps, "read": m.reads,
			"upload": m.uploads, "drop": m.dropFile, "tidy": m.tidy, "albums": m.albums, "days": m.days,
		})
		keep(rt)
		if err := w.Close(); err != nil {
			rt.Fatal(err)
		}
	})
}

// Dumps are written while people go on.
func TestDumpsWhilePeopleTalk(t *testing.T) {
	w := openWorld(t, Options{})
	var running sync.WaitGroup
	running.Go(func() {
		for i := range 200 {
			sent, err := w.Do(context.Background(), alice, inGroup(fmt.Sprint(i)))
			if err == nil {
				ref := sent.(*qq.Sent).MessageRef
				_, err = w.Do(context.Background(), bot, qq.React{Ref: ref, Emoji: thumb(), On: true})
			}
			if err == nil && i%3 == 0 {
				_, err = w.Do(context.Background(), alice, qq.RecallMessage{Ref: sent.(*qq.Sent).MessageRef})
			}
			if err != nil {
				t.Error(err)
				return
			}
		}
	})
	for range 5 {
		if text, err := w.Snapshot(); err != nil || !json.Valid(text) {
			t.Errorf("%.200s, %v", text, err)
		}
		if _, err := ParseScene("dump.yaml", w.Scene().YAML()); err != nil {
			t.Error(err)
		}
	}
	running.Wait()
	if text, err := w.Snapshot(); err != nil || strings.Count(string(text), `"recalled":true`) != 67 {
		t.Errorf("%.200s, %v", text, err)
	}
}

// BenchmarkStill shows how long a dump of a hundred thousand messages and fifty
// thousand members holds others up, and how long it takes in all.
func BenchmarkStill(b *testing.B) {
	s, err := Generate(Generation{Groups: 100, Members: 500, Friends: 100, Messages: 1000, Seed: 1})
	if err != nil {
		b.Fatal(err)
	}
	w := openWorld(b, Options{Scene: s})
	b.Run("lock", func(b *testing.B) {
		for b.Loop() {
			w.still()
		}
	})
	b.Run("JSON", func(b *testing.B) {
		for b.Loop() {
			if _, err := w.Snapshot(); err != nil {
				b.Fatal(err)
			}
		}
	})
}
