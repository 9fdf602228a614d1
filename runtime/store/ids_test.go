package store

import (
	"os"
	"sync"
	"testing"

	"llbot/protocols/qq"

	"pgregory.net/rapid"
)

func ref(seq int64) qq.MessageRef { return qq.MessageRef{Chat: qq.GroupChat(123456), Seq: seq} }

func TestIDsAreStableOverRestarts(t *testing.T) {
	dir := t.TempDir()
	first := open(t, dir)
	ids := map[int64]qq.MessageID{}
	for seq := int64(1); seq <= 300; seq++ {
		ids[seq] = first.IDs().Stamp(1, ref(seq))
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	second := open(t, dir)
	defer second.Close()
	for seq, id := range ids {
		got, ok := second.IDs().Resolve(1, id)
		if want := ref(seq); !ok || got.Chat != want.Chat || got.Seq != seq || got.ID != id {
			t.Fatalf("id %d resolves to %v (%v), want seq %d", id, got, ok, seq)
		}
		if again := second.IDs().Stamp(1, ref(seq)); again != id {
			t.Fatalf("seq %d has id %d, had %d", seq, again, id)
		}
	}
	if _, ok := second.IDs().Resolve(2, ids[1]); ok {
		t.Fatal("another account resolves the id")
	}
}

func TestCollisionsAreProbed(t *testing.T) {
	s := open(t, t.TempDir())
	defer s.Close()
	ids := s.IDs()
	v := value{1, ref(1).Chat, 1}
	taken := hash(v)
	// Another message already has the number that seq 1 hashes to.
	ids.put(key{1, taken}, value{1, qq.FriendChat(10001), 99})
	if id := ids.Stamp(1, ref(1)); id != next(taken) {
		t.Fatalf("id %d, want the next after %d", id, taken)
	}
	if got, ok := ids.Resolve(1, taken); !ok || got.Seq != 99 {
		t.Fatalf("the older message lost its id: %v %v", got, ok)
	}
}

func TestIDsArePositiveAndDistinct(t *testing.T) {
	s := open(t, t.TempDir())
	defer s.Close()
	rapid.Check(t, func(t *rapid.T) {
		chat := qq.Chat{Scene: qq.Scene(rapid.IntRange(1, 3).Draw(t, "scene")), Peer: rapid.Int64Range(qq.MinUin, qq.MaxUin).Draw(t, "peer")}
		r := qq.MessageRef{Chat: chat, Seq: rapid.Int64Range(1, 1<<40).Draw(t, "seq")}
		id := s.IDs().Stamp(7, r)
		got, ok := s.IDs().Resolve(7, id)
		if id <= 0 || !ok || got.Chat != r.Chat || got.Seq != r.Seq {
			t.Fatalf("%v has id %d, which is %v (%v)", r, id, got, ok)
		}
	})
}

func TestManyAtOnce(t *testing.T) {
	s := open(t, t.TempDir())
	defer s.Close()
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for seq := int64(1); seq <= 2000; seq++ {
				id := s.IDs().Stamp(1, ref(seq))
				if got, ok := s.IDs().Resolve(1, id); !ok || got.Seq != seq {
					t.Errorf("seq %d: id %d is %v", seq, id, got)
					return
				}
			}
		})
	}
	all.Wait()
}

// Whatever is stamped, in whatever order, with restarts and with numbers that
// are taken: each message has one id, it is its own and stays.
func TestNoIDIsEverGivenTwice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp("", "ids")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		s, _ := openDisk(t, dir, Limits{})
		defer func() { s.Close() }()
		ids, owners := map[value]qq.MessageID{}, map[key]value{}
		message := rapid.Custom(func(t *rapid.T) value {
			return value{qq.UserID(rapid.IntRange(1, 2).Draw(t, "account")), qq.GroupChat(123456), rapid.Int64Range(1, 30).Draw(t, "seq")}
		})
		own := func(v value, id qq.MessageID) {
			k := key{v.account, id}
			if other, taken := owners[k]; taken && other != v {
				t.Fatalf("%v and %v both have the id %d", v, other, id)
			}
			if was, known := ids[v]; known && was != id {
				t.Fatalf("%v had the id %d, now %d", v, was, id)
			}
			ids[v], owners[k] = id, v
		}
		t.Repeat(map[string]func(*rapid.T){
			"stamp": func(t *rapid.T) {
				v := message.Draw(t, "message")
				own(v, s.IDs().Stamp(v.account, qq.MessageRef{Chat: v.chat, Seq: v.seq}))
			},
			"collide": func(t *rapid.T) { // another message has the number that this one would get
				v := message.Draw(t, "message")
				k := key{v.account, hash(v)}
				if _, taken := owners[k]; taken {
					return
				}
				if _, known := ids[v]; known {
					return
				}
				other := value{v.account, qq.FriendChat(10001), int64(k.id)}
				if _, known := ids[other]; known {
					return
				}
				s.IDs().put(k, other)
				owners[k] = other
			},
			"restart": func(t *rapid.T) {
				if err := s.Close(); err != nil {
					t.Fatal(err)
				}
				s, _ = openDisk(t, dir, Limits{})
			},
			"": func(t *rapid.T) {
				for k, v := range owners {
					if got, ok := s.IDs().Resolve(k.account, k.id); !ok || got.Chat != v.chat || got.Seq != v.seq {
						t.Fatalf("the id %d is %v (%v), want %v", k.id, got, ok, v)
					}
				}
			},
		})
	})
}
