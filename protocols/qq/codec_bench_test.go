package qq

import "testing"

// benchEvent is a message to a group as most are: a mention and text.
func benchEvent() Event {
	return &MessageReceived{Message{
		MessageRef: MessageRef{GroupChat(123456789), 4711, 1234567890},
		Time:       1767225600123, Sender: 1000200030, Nickname: "somebody",
		Segments: Segments{
			&Mention{User: 1000100020, Name: "some bot"},
			&Text{" what is the weather in 北京 like today, and should I take an umbrella?"},
		},
		Group: &Group{
			ID: 123456789, Name: "a group of friends", Owner: 1000200031,
			Members: 42, MaxMembers: 200, Created: 1600000000000,
		},
		Member: &Member{
			Group: 123456789, User: 1000200030, Nickname: "somebody", Card: "Some Body",
			Level: 12, Role: RoleAdmin, Joined: 1600000001000, LastSpoke: 1767225500000,
		},
	}}
}

func BenchmarkEncodeEvent(b *testing.B) {
	e := benchEvent()
	b.Run("new", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := EncodeEvent(e); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("append", func(b *testing.B) {
		var text []byte
		var err error
		b.ReportAllocs()
		for b.Loop() {
			if text, err = AppendEvent(text[:0], e); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(len(text)), "bytes")
	})
}

func BenchmarkDecodeEvent(b *testing.B) {
	text := benchText(b)
	for _, c := range []struct {
		name   string
		decode func([]byte) (Event, error)
	}{{"short", DecodeEvent}, {"encoding-json", parseEvent}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.decode(text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
