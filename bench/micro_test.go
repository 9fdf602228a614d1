package bench

import (
	"strings"
	"testing"

	"llbot/protocols/face"
	"llbot/protocols/milky"
	"llbot/protocols/onebot11"
	"llbot/protocols/qq"
	"llbot/protocols/satori"
	"llbot/protocols/wire"
)

// said is a message in a group, of a usual length.
func said() *qq.Entry {
	const group, alice = 123456, 10001
	return &qq.Entry{SN: face.FirstSN + 77, Account: 1234567890, Time: 1_700_000_000_000, Event: &qq.MessageReceived{Message: qq.Message{
		MessageRef: qq.MessageRef{ID: 12345, Chat: qq.GroupChat(group), Seq: 77}, Time: 1_700_000_000_000, Sender: alice, Nickname: "Alice",
		Segments: qq.Segments{&qq.Text{Text: strings.Repeat("some words of a chat ", 5)}},
		Group:    &qq.Group{ID: group, Name: "a group", Members: 100, MaxMembers: 500},
		Member:   &qq.Member{Group: group, User: alice, Nickname: "Alice", Card: "Alice", Level: 64},
	}}}
}

// BenchmarkEncode is what an event costs each form once, however many listen.
func BenchmarkEncode(b *testing.B) {
	for _, c := range []struct {
		name    string
		encoder face.Encoder
	}{
		{"onebot=array", onebot11.Encoder{Format: onebot11.Array}},
		{"onebot=string", onebot11.Encoder{Format: onebot11.String}},
		{"milky", milky.Encoder{}},
		{"satori", satori.Encoder{Platform: "llonebot"}},
	} {
		b.Run(c.name, func(b *testing.B) {
			entry := said()
			var dst []byte
			b.ReportAllocs()
			for b.Loop() {
				var ok bool
				if dst, ok = c.encoder.Encode(dst[:0], entry); !ok {
					b.Fatal("nothing was encoded")
				}
			}
			b.SetBytes(int64(len(dst)))
		})
	}
}

// BenchmarkDecode is what the parameters of an action cost.
func BenchmarkDecode(b *testing.B) {
	type params struct {
		GroupID wire.Int                 `json:"group_id"`
		Message wire.Raw                 `json:"message"`
		Auto    wire.Optional[wire.Bool] `json:"auto_escape"`
	}
	text := []byte(`{"group_id":"123456","message":[{"type":"text","data":{"text":"` + strings.Repeat("some words of a chat ", 5) + `"}}]}`)
	var d wire.Decoder
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		var p params
		if err := d.Decode(text, &p); err != nil {
			b.Fatal(err)
		}
	}
}
