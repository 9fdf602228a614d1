package upstream

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"llbot/protocols/qq"
)

// speaking is a link to a scripted server that takes messages, in a bubble of
// time.
type speaking struct {
	*scripted
	t    *testing.T
	d    *Driver
	log  *logbook
	next int64 // the seq of the next message
	lost error // instead of the answer
	kept map[int64]*qq.Message
	stop func()
}

func speak(t *testing.T, run func(*speaking)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := &speaking{scripted: &scripted{events: make(chan Inbound, 64), history: map[qq.Chat][]*qq.Message{}}, t: t, log: &logbook{}, next: 1,
			kept: map[int64]*qq.Message{}}
		table := s.table()
		qq.Serve(&table.Handlers, func(_ context.Context, op qq.SendMessage) (*qq.Sent, error) {
			sent := &qq.Sent{MessageRef: qq.MessageRef{Chat: op.Chat, Seq: s.next}, Time: qq.TimeOf(time.Now())}
			s.next++
			if s.lost != nil {
				return nil, s.lost
			}
			return sent, nil
		})
		qq.Serve(&table.Handlers, func(_ context.Context, op qq.GetMessage) (*qq.Message, error) {
			if m := s.kept[op.Ref.Seq]; m != nil {
				c := *m
				return &c, nil
			}
			return nil, qq.Errorf(qq.ErrNotFound, "no such message")
		})
		s.d = New(s.scripted, table, Options{})
		s.link()
		run(s)
		s.stop()
	})
}

// link begins a link.
func (s *speaking) link() {
	ctx, cancel := context.WithCancel(s.t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.d.Run(ctx, s.log.emit, s.log.last) }()
	synctest.Wait()
	s.stop = func() { cancel(); <-ended }
}

// say has the account speak in the group.
func (s *speaking) say(chat qq.Chat, text string) {
	s.t.Helper()
	_, err := s.d.Do(s.t.Context(), qq.SendMessage{Chat: chat, Segments: qq.NewText(text)})
	if !errors.Is(err, s.lost) {
		s.t.Fatal(err)
	}
	synctest.Wait()
}

func (s *speaking) tell(sender qq.UserID, seq int64, text string) {
	s.events <- Inbound{Event: &qq.MessageReceived{Message: *s.message(sender, seq, text)}}
	synctest.Wait()
}

func (s *speaking) message(sender qq.UserID, seq int64, text string) *qq.Message {
	return &qq.Message{
		MessageRef: qq.MessageRef{Chat: qq.GroupChat(7), Seq: seq}, Time: qq.TimeOf(time.Now()), Sender: sender, Segments: qq.NewText(text),
		Member: &qq.Member{Group: 7, User: sender}, Group: &qq.Group{ID: 7},
	}
}

// heard is what the log holds of messages: "seq text", own ones with a star.
func (s *speaking) heard() (list []string) {
	synctest.Wait()
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	for _, e := range s.log.events {
		switch e := e.(type) {
		case *qq.MessageReceived:
			own := ""
			if e.Self {
				own = "*"
			}
			list = append(list, fmt.Sprintf("%s%d %s", own, e.Seq, e.Segments.PlainText()))
		case *qq.UnknownEvent:
			list = append(list, e.Kind)
		}
	}
	return list
}

func (s *speaking) want(want ...string) {
	s.t.Helper()
	if got := s.heard(); !slices.Equal(got, want) {
		s.t.Errorf("heard %q, want %q", got, want)
	}
}

const me, other = 10001, 10002

// An own message that nobody tells is made once the upstream had its time; the
// third such at once.
func TestOwnMessagesThatNobodyTells(t *testing.T) {
	speak(t, func(s *speaking) {
		s.say(qq.GroupChat(7), "a")
		s.want()
		time.Sleep(DefaultOwn)
		s.want("*1 a")
		s.say(qq.GroupChat(7), "b")
		s.want("*1 a")
		time.Sleep(DefaultOwn)
		s.want("*1 a", "*2 b")
		s.say(qq.GroupChat(7), "c")
		s.want("*1 a", "*2 b", "*3 c")
	})
}

// However late the upstream tells it, it is one message.
func TestOwnMessagesThatAreTold(t *testing.T) {
	for name, wait := range map[string]time.Duration{"at once": 0, "within the grace": DefaultOwn / 2, "late": 3 * DefaultOwn} {
		t.Run(name, func(t *testing.T) {
			speak(t, func(s *speaking) {
				s.say(qq.GroupChat(7), "a")
				time.Sleep(wait)
				s.tell(me, 1, "a")
				s.want("*1 a")
				time.Sleep(time.Hour)
				s.say(qq.GroupChat(7), "b") // the link is known to tell: it has more time
				time.Sleep(2 * DefaultOwn)
				s.want("*1 a")
				s.tell(me, 2, "b")
				s.say(qq.GroupChat(7), "c")
				time.Sleep(ownTrust)
				s.want("*1 a", "*2 b", "*3 c")
			})
		})
	}
}

// The event may be quicker than the answer.
func TestOwnMessagesToldBeforeTheAnswer(t *testing.T) {
	speak(t, func(s *speaking) {
		s.tell(me, 1, "a")
		s.say(qq.GroupChat(7), "a")
		time.Sleep(time.Hour)
		s.want("*1 a")
		if !s.d.own.habit(qq.GroupChat(7)).tells || s.d.own.habit(qq.FriendChat(7)).tells {
			t.Error("the link has shown that it tells of groups' alone")
		}
	})
}

// What somebody says after the account stands behind it, and so does a reaction to it.
func TestOwnMessagesKeepTheirPlace(t *testing.T) {
	speak(t, func(s *speaking) {
		s.say(qq.GroupChat(7), "a")
		s.tell(other, 2, "to that")
		s.next = 3
		s.say(qq.GroupChat(7), "b")
		s.say(qq.GroupChat(8), "elsewhere")
		s.events <- Inbound{Event: &qq.MessageRecalled{MessageRef: qq.MessageRef{Chat: qq.GroupChat(7), Seq: 3}}}
		s.want("*1 a", "2 to that", "*3 b", "*4 elsewhere") // the link tells of none: nothing waits any more
	})
}

// The upstream's own view of a message is told where it can be had.
func TestOwnMessagesAsTheUpstreamShowsThem(t *testing.T) {
	speak(t, func(s *speaking) {
		s.kept[1] = s.message(me, 1, "a, as it came out")
		s.kept[2] = s.message(me, 2, "")
		s.kept[2].Recalled = true
		s.say(qq.GroupChat(7), "a")
		s.say(qq.GroupChat(7), "b")
		time.Sleep(DefaultOwn)
		s.want("*1 a, as it came out", "*2 b")
	})
}

// What was said just before the link was lost is told over the next one, once,
// whether history has it or not.
func TestOwnMessagesOverALostLink(t *testing.T) {
	for name, filled := range map[string]bool{"made": false, "filled in": true} {
		t.Run(name, func(t *testing.T) {
			speak(t, func(s *speaking) {
				s.tell(other, 1, "before")
				s.next = 2
				s.say(qq.GroupChat(7), "a")
				s.stop()
				s.want("1 before")
				if filled {
					s.history[qq.GroupChat(7)] = []*qq.Message{s.message(me, 2, "a")}
				}
				s.link()
				time.Sleep(time.Hour)
				s.want("1 before", "*2 a")
			})
		})
	}
}

// A send whose answer was lost is found in history, and then told.
func TestOwnMessagesThatWereLookedFor(t *testing.T) {
	speak(t, func(s *speaking) {
		s.lost = &qq.Error{Kind: qq.ErrTimeout, Text: "lost", Outcome: qq.Unknown}
		send := hello("a")
		if _, err := s.d.DoOnce(s.t.Context(), "n", send); err == nil {
			t.Fatal("an answer")
		}
		m := s.message(me, 1, "a")
		m.Self = true
		s.history[qq.GroupChat(7)] = []*qq.Message{m}
		s.kept[1] = m
		for range 2 {
			v, err := s.d.DoOnce(s.t.Context(), "n", send)
			if sent, ok := v.(*qq.Sent); err != nil || !ok || sent.Seq != 1 {
				t.Fatalf("%v %v", v, err)
			}
			time.Sleep(time.Hour)
		}
		s.want("*1 a")
	})
}

// An own private message whose chat is not told is the one that was just said;
// one that nobody knows stays what it was.
func TestOwnMessagesWithoutAChat(t *testing.T) {
	homeless := func(seq int64, text string) Inbound {
		m := &qq.Message{MessageRef: qq.MessageRef{Chat: qq.Chat{Scene: qq.SceneFriend}, Seq: seq}, Sender: me, Segments: qq.NewText(text)}
		return Inbound{Event: Unknown("scripted", "own", []byte(`{}`)), Own: m}
	}
	speak(t, func(s *speaking) {
		s.events <- homeless(1, "a") // before the answer
		s.want()
		s.say(qq.FriendChat(5), "a")
		s.want("*1 a")
		s.say(qq.FriendChat(6), "b")
		s.want("*1 a")
		s.events <- homeless(2, "b")
		s.want("*1 a", "*2 b")
		s.events <- homeless(2, "by somebody else's hand")
		s.events <- homeless(3, "b")
		time.Sleep(DefaultOwn)
		s.want("*1 a", "*2 b", "scripted:own", "scripted:own")
		s.events <- homeless(4, "just before the end")
		synctest.Wait()
		s.d.current.Load().link.Close()
		s.want("*1 a", "*2 b", "scripted:own", "scripted:own", "scripted:own")
	})
}

// What is shown of a message is what a reader sees of it.
func TestOwnContent(t *testing.T) {
	op := qq.SendMessage{Segments: qq.Segments{
		&qq.Image{Media: qq.Media{URI: "http://h/x.png"}}, &qq.Forward{Nodes: []*qq.ForwardNode{{Segments: qq.NewText("x")}}},
	}}
	got := Options{}.shown(op, &qq.Sent{Forward: "f"})
	image, forward := got[0].(*qq.Image), got[1].(*qq.Forward)
	if image.URL != "http://h/x.png" || image.URI != "" || forward.ID != "f" || forward.Nodes != nil {
		t.Errorf("%+v %+v", image, forward)
	}
	if op.Segments[0].(*qq.Image).URI == "" || op.Segments[1].(*qq.Forward).Nodes == nil {
		t.Error("the operation was changed")
	}
	up := Options{}.shown(qq.UploadFile{Folder: "d", File: &qq.Media{Name: "a.txt"}}, &qq.Upload{File: "id"})
	if f, ok := up[0].(*qq.File); !ok || f.FileID != "id" || f.Name != "a.txt" || f.Folder != "d" {
		t.Errorf("%+v", up)
	}
	if c := (Options{}).shown(qq.ForwardMessage{}, &qq.Sent{}); c != nil {
		t.Errorf("%+v", c)
	}
}
