package onebot11

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

func TestDecodePiece(t *testing.T) {
	image := func(uri string) qq.Segment { return &qq.Image{Media: qq.Media{URI: uri}} }
	cases := []struct {
		in   Piece
		want qq.Segment
		key  string // of the fault; "-" = no fault
	}{
		{text("hi"), &qq.Text{Text: "hi"}, "-"},
		{text(""), nil, "-"},
		{piece("text"), nil, "-"},
		{piece("at", "qq", "all"), &qq.MentionAll{}, "-"},
		{piece("at", "qq", "20001", "name", "A"), &qq.Mention{User: 20001, Name: "A"}, "-"},
		{piece("at", "qq", "0"), nil, "qq"},
		{piece("at"), nil, "qq"},
		{piece("face", "id", "14"), &qq.Face{ID: "14"}, "-"},
		{piece("face", "id", "14", "sub_type", "3"), &qq.Face{ID: "14", Large: true}, "-"},
		{piece("face", "id", "smile"), nil, "id"},
		{piece("face", "id", "-1"), nil, "id"},
		{piece("reply", "id", "123"), &qq.Reply{MessageRef: qq.MessageRef{ID: 123}}, "-"},
		{piece("reply", "id", "0"), nil, "id"},
		{piece("reply", "id", "4294967296"), nil, "id"},
		{piece("reply"), nil, "id"},
		{piece("image", "file", "http://h/a"), image("http://h/a"), "-"},
		{piece("image", "file", "HTTPS://h/A"), image("https://h/A"), "-"},
		{piece("image", "file", "file:///a/b.png"), image("file:///a/b.png"), "-"},
		{piece("image", "file", "base64://aGk="), image("base64://aGk="), "-"},
		{piece("image", "file", "data:image/png;base64,aGk="), image("base64://aGk="), "-"},
		{piece("image", "file", "/a/b.png"), image("file:///a/b.png"), "-"},
		{piece("image", "file", `C:\a\b.png`), image("file:///C:/a/b.png"), "-"},
		{piece("image", "file", "name.png", "url", "http://h/a"), image("http://h/a"), "-"},
		{piece("image", "file", "http://h/a", "url", ""), image("http://h/a"), "-"},
		{piece("image", "file", "x", "sub_type", "1", "summary", "S", "url", "http://h/a"), &qq.Image{Media: qq.Media{URI: "http://h/a"}, Sticker: true, Summary: "S"}, "-"},
		{piece("image", "file", "name.png"), image("name.png"), "-"},
		{piece("image", "url", "ftp://x"), nil, "url"},
		{piece("image", "file", "data:text/plain,hi"), nil, "file"},
		{piece("image", "file", "http:"), nil, "file"},
		{piece("image"), nil, "file"},
		{piece("record", "file", "http://h/a"), &qq.Record{Media: qq.Media{URI: "http://h/a"}}, "-"},
		{piece("record"), nil, "file"},
		{piece("video", "file", "/v", "cover", "/c", "thumb", "/t"), &qq.Video{Media: qq.Media{URI: "file:///v"}, Thumb: &qq.Media{URI: "file:///c"}}, "-"},
		{piece("video", "file", "/v", "thumb", "/t"), &qq.Video{Media: qq.Media{URI: "file:///v"}, Thumb: &qq.Media{URI: "file:///t"}}, "-"},
		{piece("video", "file", "/v"), &qq.Video{Media: qq.Media{URI: "file:///v"}}, "-"},
		{piece("video", "file", "/v", "thumb", "x:"), nil, "thumb"},
		{piece("file", "file", "http://h/d/a%20b.pdf?x=1"), &qq.File{Media: qq.Media{URI: "http://h/d/a%20b.pdf?x=1", Name: "a b.pdf"}}, "-"},
		{piece("file", "file", "base64://aGk=", "name", "n.txt"), &qq.File{Media: qq.Media{URI: "base64://aGk=", Name: "n.txt"}}, "-"},
		{piece("file", "file", "base64://aGk=", "name", "../n"), nil, "name"},
		{piece("at", "target", "20001"), &qq.Mention{User: 20001}, "-"},
		{piece("face", "id", "5", "type", "sticker"), &qq.Face{ID: "5", Large: true}, "-"},
		{piece("dice"), &qq.Dice{}, "-"},
		{piece("dice", "value", "6"), &qq.Dice{Result: 6}, "-"},
		{piece("dice", "result", "7"), nil, "result"},
		{piece("rps", "result", "3"), &qq.RPS{Result: 3}, "-"},
		{piece("rps", "value", "rock"), nil, "value"},
		{piece("shake"), &qq.Shake{}, "-"},
		{piece("poke", "type", "126", "id", "2003"), &qq.Poke{Kind: 126, ID: 2003}, "-"},
		{piece("poke", "type", "1"), &qq.Poke{Kind: 1, ID: -1}, "-"},
		{piece("poke", "qq", "20001"), nil, "qq"},
		{piece("poke", "type", "x"), nil, "type"},
		{piece("anonymous", "ignore", "1"), nil, "-"},
		{piece("anonymous", "ignore", "True"), nil, "-"},
		{piece("anonymous", "ignore", "yes"), nil, "-"},
		{piece("anonymous", "ignore", "0"), nil, "ignore"},
		{piece("anonymous", "ignore", "maybe"), nil, "ignore"},
		{piece("anonymous"), nil, "ignore"},
		{piece("share", "url", "u", "title", "t", "content", "c", "image", "i"), &qq.Share{URL: "u", Title: "t", Content: "c", Image: "i"}, "-"},
		{piece("share", "url", "u"), nil, "title"},
		{piece("contact", "type", "qq", "id", "20001"), &qq.Contact{User: 20001}, "-"},
		{piece("contact", "type", "group", "id", "300001"), &qq.Contact{Group: 300001}, "-"},
		{piece("contact", "type", "qq"), nil, "id"},
		{piece("location", "lat", "39.9", "lon", "-116"), &qq.Location{Latitude: 39.9, Longitude: -116}, "-"},
		{piece("location", "lat", "91", "lon", "0"), nil, "lat"},
		{piece("location", "lat", "1", "lon", "NaN"), nil, "lon"},
		{piece("music", "type", "163", "id", "7"), &qq.Music{Platform: "163", ID: "7"}, "-"},
		{piece("music", "type", "custom", "url", "u", "title", "t", "voice", "a"), &qq.Music{URL: "u", Title: "t", Audio: "a"}, "-"},
		{piece("music", "type", "custom", "subtype", "qq", "url", "u", "title", "t"), &qq.Music{Platform: "qq", URL: "u", Title: "t"}, "-"},
		{piece("music", "type", "qq", "url", "u", "title", "t", "audio", "a"), &qq.Music{Platform: "qq", URL: "u", Title: "t", Audio: "a"}, "-"},
		{piece("music", "type", "xm", "id", "7"), nil, "type"},
		{piece("music", "type", "qq"), nil, "id"},
		{piece("music", "type", "custom", "id", "7"), nil, "url"},
		{piece("music", "type", "custom", "url", "7"), nil, "title"},
		{piece("json", "data", `{"app":"x"}`), &qq.LightApp{Payload: `{"app":"x"}`}, "-"},
		{piece("json", "data", `{"app"`), nil, "data"},
		{piece("xml", "data", "<a/>"), &qq.XML{Payload: "<a/>"}, "-"},
		{piece("xml"), nil, "data"},
		{piece("mface", "emoji_package_id", "5", "emoji_id", "e", "key", "k"), &qq.MarketFace{Package: 5, ID: "e", Key: "k"}, "-"},
		{piece("mface", "emoji_package_id", "5", "emoji_id", "e"), nil, "key"},
		{piece("forward", "id", "r"), &qq.Forward{ID: "r"}, "-"},
		{piece("forward"), nil, "id"},
		{piece("tts", "text", "x"), &qq.Speech{Text: "x"}, "-"},
		{piece("tts"), nil, "text"},
		{piece("cardimage", "file", "http://h/a", "source", "s"), image("http://h/a"), "-"},
		{piece("node", "id", "1"), nil, ""},
		{piece("markdown", "content", "x"), nil, ""},
		{piece("gift", "qq", "1", "id", "2"), nil, ""},
		{piece("nonsense"), nil, ""},
		{piece(""), nil, ""},
	}
	for _, c := range cases {
		got, key, reason := DecodePiece(c.in)
		if c.key == "-" {
			if reason != "" || !cmp.Equal(c.want, got) {
				t.Errorf("%+v: %+v, %s %s", c.in, got, key, reason)
			}
		} else if reason == "" || key != c.key || got != nil {
			t.Errorf("%+v: %+v, fault %q %q, want one of %q", c.in, got, key, reason, c.key)
		}
	}
}

// What clients receive, they may send back.
func TestReceivedSegmentsCanBeSent(t *testing.T) {
	content := qq.Segments{
		&qq.Reply{MessageRef: qq.MessageRef{ID: 5}}, &qq.Mention{User: 20001, Name: "A,[B]"}, &qq.MentionAll{}, &qq.Text{Text: "[CQ:x] & co"},
		&qq.Face{ID: "300"}, &qq.Face{ID: "5", Large: true},
		&qq.Image{Media: qq.Media{Name: "a.png", URL: "http://h/p?a=1&b=[2]", Size: 5}, Sticker: true},
	}
	want := content.Clone()
	want[6] = &qq.Image{Media: qq.Media{URI: "http://h/p?a=1&b=[2]"}, Sticker: true}
	pieces := EncodeSegments(content)
	for name, written := range map[string][]Piece{"array": pieces, "cq": ParseCQ(FormatCQ(pieces))} {
		var got qq.Segments
		for _, p := range written {
			s, key, reason := DecodePiece(p)
			if reason != "" {
				t.Fatalf("%s: %+v: %s %s", name, p, key, reason)
			}
			got = append(got, s)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestFlags(t *testing.T) {
	for _, r := range []qq.GroupRequestRef{
		{Group: club, Seq: 901, Kind: qq.JoinRequest}, {Group: club, Seq: 1 << 50, Kind: qq.Invitation, Filtered: true},
	} {
		if got, ok := parseGroupFlag(groupFlag(r)); !ok || got != r {
			t.Errorf("%+v became %q and %+v", r, groupFlag(r), got)
		}
	}
	for _, bad := range []string{"", "1", "1|2|3", "1|2|0|0", "1|2|4|0", "1|2|3|2", "a|2|3|0", "1|-2|3|0", "1|2|3|0|0", "|||"} {
		if r, ok := parseGroupFlag(bad); ok {
			t.Errorf("%q was taken as %+v", bad, r)
		}
	}
	for _, r := range []qq.FriendRequest{{InitiatorUID: "u_a"}, {InitiatorUID: "u_a", Filtered: true}} {
		if uid, filtered := parseFriendFlag(friendFlag(&r)); uid != r.InitiatorUID || filtered != r.Filtered {
			t.Errorf("%+v: %q %v", r, uid, filtered)
		}
	}
}

// anyContent draws content without two texts side by side, as CQ text would
// join them.
func anyContent(t *rapid.T) qq.Segments {
	word := rapid.StringN(1, 20, -1)
	var out qq.Segments
	for i := range rapid.IntRange(1, 6).Draw(t, "segments") {
		var s qq.Segment
		switch rapid.IntRange(0, 5).Draw(t, "kind") {
		case 0:
			s = &qq.Mention{User: qq.UserID(rapid.Int64Range(1, 1<<40).Draw(t, "user")), Name: word.Draw(t, "name")}
		case 1:
			s = &qq.MentionAll{}
		case 2:
			s = &qq.Face{ID: rapid.StringMatching(`[0-9]{1,3}`).Draw(t, "id"), Large: rapid.Bool().Draw(t, "large")}
		case 3:
			s = &qq.Reply{MessageRef: qq.MessageRef{ID: qq.MessageID(rapid.Int32Range(1, 1<<31-1).Draw(t, "id"))}}
		case 4:
			s = &qq.Image{Media: qq.Media{URL: "http://h/" + word.Draw(t, "url")}, Sticker: rapid.Bool().Draw(t, "sticker")}
		default:
			if i > 0 {
				if _, text := out[i-1].(*qq.Text); text {
					s = &qq.MentionAll{}
					break
				}
			}
			s = &qq.Text{Text: word.Draw(t, "text")}
		}
		out = append(out, s)
	}
	return out
}

// Whatever is received comes back the same through either format.
func TestContentSurvivesBothFormats(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		content := anyContent(t)
		want := content.Clone()
		for _, s := range want {
			if img, ok := s.(*qq.Image); ok {
				img.URI, img.URL = img.URL, ""
			}
		}
		pieces := EncodeSegments(content)
		for _, text := range [][]byte{FormatArray(pieces), wire.MustMarshal(FormatCQ(pieces))} {
			var p struct {
				Message Content `json:"message"`
			}
			if err := (&wire.Decoder{}).Decode([]byte(`{"message":`+string(text)+`}`), &p); err != nil {
				t.Fatalf("%s: %v", text, err)
			}
			got, err := p.Message.Segments("message", false, true)
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Fatalf("%s: %v (-want +got):\n%s", text, err, diff)
			}
		}
	})
}
