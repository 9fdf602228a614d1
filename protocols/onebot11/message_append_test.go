package onebot11

import (
	"testing"

	"llbot/protocols/qq"
	"llbot/protocols/wire"

	"pgregory.net/rapid"
)

// anyMessage draws a message in any scene, with and without what may be absent.
func anyMessage(t *rapid.T) *qq.Message {
	id, text := rapid.Int64Range(0, 1<<40), rapid.String()
	m := &qq.Message{
		MessageRef: qq.MessageRef{
			Chat: qq.Chat{Scene: qq.Scene(rapid.IntRange(0, 3).Draw(t, "scene")), Peer: id.Draw(t, "peer")},
			Seq:  id.Draw(t, "seq"), ID: qq.MessageID(rapid.Int32().Draw(t, "id")),
		},
		Time: qq.Time(id.Draw(t, "time")), Sender: qq.UserID(id.Draw(t, "sender")), Nickname: text.Draw(t, "nickname"),
		Self: rapid.Bool().Draw(t, "self"),
	}
	if rapid.Bool().Draw(t, "one text") {
		m.Segments = qq.Segments{&qq.Text{Text: text.Draw(t, "text")}}
	} else {
		m.Segments = anyContent(t)
	}
	if rapid.Bool().Draw(t, "foreign") {
		m.Segments = append(m.Segments, &qq.Raw{Kind: "new", Data: []byte("{ \"a\": [1,\n2, \"\\u2028\"] }")})
	}
	if rapid.Bool().Draw(t, "group") {
		m.Group = &qq.Group{ID: qq.GroupID(id.Draw(t, "group")), Name: text.Draw(t, "name")}
	}
	if rapid.Bool().Draw(t, "member") {
		m.Member = &qq.Member{
			Card: text.Draw(t, "card"), Title: text.Draw(t, "title"), Level: rapid.Int().Draw(t, "level"),
			Role: qq.Role(rapid.IntRange(0, 2).Draw(t, "role")),
		}
	}
	return m
}

// What is written without the library is what the library would write.
func TestMessagesAreWrittenAsTheLibraryWould(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := anyMessage(t)
		const self, before = 10001, "before"
		for _, format := range []MessageFormat{Array, String} {
			v := encodeMessage(self, m, format)
			want := before + string(wire.MustMarshal(v))
			got, told := appendMessage([]byte(before), self, m, format)
			if told != (v.Raw != "") {
				t.Fatalf("told %v: %s", told, want)
			}
			if !told {
				want = before
			}
			if string(got) != want {
				t.Fatalf("%s: got\n%s\nwant\n%s", format, got, want)
			}
		}
	})
}
