package satori

import (
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"llbot/protocols/qq"
)

// drawText draws text with what elements are made of in it.
func drawText(t *rapid.T, label string) string {
	return rapid.OneOf(
		rapid.String(),
		rapid.StringMatching(`[ab <>&"'=/;:#\n\r\t ]{0,8}`),
		rapid.SampledFrom([]string{"", "\n", " \n ", "&amp;", "<br/>", "<!--", "-->", "</message>", "a\x00b\x1f", "￾", "😀", "　\n"}),
	).Draw(t, label)
}

func drawUser(t *rapid.T) qq.UserID { return qq.UserID(rapid.Int64Range(1, 1<<40).Draw(t, "user")) }

func drawRef(t *rapid.T) qq.MessageRef {
	scene := rapid.SampledFrom([]qq.Scene{qq.SceneFriend, qq.SceneGroup, qq.SceneTemp}).Draw(t, "scene")
	peer, seq := rapid.Int64Range(1, 1<<40).Draw(t, "peer"), rapid.Int64Range(1, 1<<53).Draw(t, "seq")
	return qq.MessageRef{Chat: qq.Chat{Scene: scene, Peer: peer}, Seq: seq, ID: qq.MessageID(rapid.Int32Range(0, 9).Draw(t, "id"))}
}

func drawMedia(t *rapid.T) qq.Media {
	n := rapid.IntRange(-1, 1<<20)
	return qq.Media{
		URL: drawText(t, "url"), URI: rapid.SampledFrom([]string{"", "base64://AA", "http://x/?a&b"}).Draw(t, "uri"), Name: drawText(t, "name"),
		ID: "r1", MIME: "image/png", Size: int64(n.Draw(t, "size")), Width: n.Draw(t, "width"), Height: n.Draw(t, "height"), Duration: n.Draw(t, "duration"),
	}
}

func drawContent(t *rapid.T, depth int) qq.Segments {
	var out qq.Segments
	for range rapid.IntRange(0, 5).Draw(t, "length") {
		if rapid.Bool().Draw(t, "plain") {
			out = append(out, &qq.Text{Text: drawText(t, "text")})
			continue
		}
		out = append(out, drawSegment(t, depth))
	}
	return out
}

func drawSegment(t *rapid.T, depth int) qq.Segment {
	n, text := rapid.IntRange(-5, 1<<20), func(label string) string { return drawText(t, label) }
	kinds := 24
	if depth == 0 {
		kinds = 22
	}
	switch rapid.IntRange(0, kinds).Draw(t, "kind") {
	case 0:
		return &qq.Mention{User: drawUser(t), Name: text("name")}
	case 1:
		return &qq.MentionAll{}
	case 2:
		return &qq.Face{ID: strconv.Itoa(rapid.IntRange(0, 999).Draw(t, "face")), Large: rapid.Bool().Draw(t, "large")}
	case 3:
		return &qq.Image{Media: drawMedia(t), Sticker: rapid.Bool().Draw(t, "sticker"), Summary: text("summary")}
	case 4:
		return &qq.Record{Media: drawMedia(t), Transcript: "t"}
	case 5:
		v := &qq.Video{Media: drawMedia(t)}
		if rapid.Bool().Draw(t, "thumb") {
			m := drawMedia(t)
			v.Thumb = &m
		}
		return v
	case 6:
		return &qq.File{Media: drawMedia(t), FileID: qq.FileID(text("file")), Hash: text("hash"), Folder: qq.FolderID(text("folder"))}
	case 7:
		return &qq.MarketFace{Package: int64(n.Draw(t, "package")), ID: text("id"), Key: text("key"), Summary: text("summary"), URL: text("url")}
	case 8:
		return &qq.LightApp{App: "a", Payload: text("payload")}
	case 9:
		return &qq.Dice{Result: n.Draw(t, "result")}
	case 10:
		return &qq.RPS{Result: n.Draw(t, "result")}
	case 11:
		return &qq.Shake{}
	case 12:
		return &qq.Poke{Kind: n.Draw(t, "poke"), ID: n.Draw(t, "id"), Name: text("name")}
	case 13:
		return &qq.RedPacket{Title: text("title")}
	case 14:
		return &qq.FlashFile{Set: text("set"), Title: text("title"), Scene: n.Draw(t, "scene")}
	case 15:
		data := rapid.SampledFrom([]string{`{"a":[1,"<x>"]}`, `null`, `"&amp;"`}).Draw(t, "data")
		return &qq.Raw{Kind: rapid.SampledFrom([]string{"hologram", "?"}).Draw(t, "raw"), Data: []byte(data)}
	case 16:
		return &qq.Music{Platform: text("platform"), ID: text("id"), URL: text("url"), Title: text("title"), Audio: text("audio"), Singer: text("singer"), Content: text("content"), Image: text("image")}
	case 17:
		if rapid.Bool().Draw(t, "group") {
			return &qq.Contact{Group: qq.GroupID(drawUser(t))}
		}
		return &qq.Contact{User: drawUser(t)}
	case 18:
		return &qq.Location{Latitude: rapid.Float64Range(-90, 90).Draw(t, "lat"), Longitude: rapid.Float64Range(-180, 180).Draw(t, "lon"), Title: text("title"), Content: text("content")}
	case 19:
		return &qq.XML{Payload: text("payload"), Service: n.Draw(t, "service")}
	case 20:
		return &qq.Share{URL: text("url"), Title: text("title"), Content: text("content"), Image: text("image")}
	case 21:
		return drawKeyboard(t)
	case 22:
		return &qq.Markdown{Content: text("content")}
	case 23:
		return &qq.Reply{MessageRef: drawRef(t), Sender: drawUser(t), Time: 7, Quoted: drawContent(t, depth-1)}
	}
	return drawRecord(t, depth)
}

func drawKeyboard(t *rapid.T) qq.Segment {
	k := &qq.Keyboard{Bot: 7}
	for range rapid.IntRange(0, 2).Draw(t, "rows") {
		var row qq.KeyboardRow
		for range rapid.IntRange(0, 2).Draw(t, "buttons") {
			row.Buttons = append(row.Buttons, qq.Button{
				ID: drawText(t, "id"), Label: drawText(t, "label"), Style: rapid.IntRange(0, 2).Draw(t, "style"), Data: drawText(t, "data"),
				Action: qq.ButtonAction(rapid.IntRange(0, 2).Draw(t, "action")),
			})
		}
		k.Rows = append(k.Rows, row)
	}
	return k
}

func drawRecord(t *rapid.T, depth int) qq.Segment {
	f := &qq.Forward{ID: qq.ForwardID(drawText(t, "id")), Title: drawText(t, "title"), Summary: drawText(t, "summary"), Prompt: drawText(t, "prompt")}
	f.Preview = rapid.SliceOfN(rapid.StringMatching(`[a-z:\n]{0,4}`), 0, 3).Draw(t, "preview")
	for range rapid.IntRange(0, 2).Draw(t, "nodes") {
		if rapid.Bool().Draw(t, "stored") {
			ref := drawRef(t)
			f.Nodes = append(f.Nodes, &qq.ForwardNode{Ref: &ref})
			continue
		}
		f.Nodes = append(f.Nodes, &qq.ForwardNode{Sender: drawUser(t), Name: drawText(t, "name"), Avatar: drawText(t, "avatar"), Time: 5, Segments: drawContent(t, depth-1)})
	}
	return f
}

// TestContentComesThrough: whatever our server writes, its client reads, but for
// the written list.
func TestContentComesThrough(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		content := drawContent(t, 2)
		text := Content(defaultPlatform, content)
		got := reader().Content(qq.GroupChat(group), text)
		if diff := cmp.Diff(lessContent(content), got, alike); diff != "" {
			t.Fatalf("%s\n(-want +got)\n%s", text, diff)
		}
	})
}

// TestSentContentIsReadBack: what the client sends, the server understands.
func TestSentContentIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ref := drawRef(t)
		ref.ID = 0
		want := qq.Segments{
			&qq.Reply{MessageRef: ref},
			&qq.Mention{User: drawUser(t), Name: printable(drawText(t, "name"))},
			&qq.Text{Text: "a" + printable(drawText(t, "text")) + "z"},
			&qq.Face{ID: "7", Large: rapid.Bool().Draw(t, "large")},
			&qq.Image{Media: qq.Media{URI: "http://x/?a=1&b=2", Name: "a.png"}},
		}
		sent := want.Clone()
		quote := sent[0].(*qq.Reply)
		quote.Sender, quote.Quoted = 10001, qq.NewText("what was said")
		call, err := reader().Say(qq.SendMessage{Chat: qq.GroupChat(group), Segments: sent})
		if err != nil {
			t.Fatal(err)
		}
		drafts, err := Drafts(call.Content)
		if err != nil || len(drafts) != 1 {
			t.Fatalf("%s: %d drafts, %v", call.Content, len(drafts), err)
		}
		if diff := cmp.Diff(want, drafts[0].Segments, alike); diff != "" {
			t.Fatalf("%s (-want +got)\n%s", call.Content, diff)
		}
	})
}

// FuzzClient: no text of a server brings the client down.
func FuzzClient(f *testing.F) {
	for i, e := range append(append([]qq.Event{}, happenings...), moreHappenings...) {
		if body, told := (Encoder{Platform: defaultPlatform, Internal: true, Bare: true}).Encode(nil, entry(i, e)); told {
			f.Add(body)
		}
	}
	f.Add([]byte(`{"op":0,"body":{"sn":1}}`))
	f.Add([]byte(`[{"id":"x","content":"<p><button/>"}]`))
	f.Fuzz(func(t *testing.T, text []byte) {
		c := reader()
		if h, err := c.ReadEvent(text); err == nil && h.Event != nil {
			if _, err := qq.EncodeEvent(h.Event); err != nil {
				t.Errorf("%s: an event that cannot be stored: %v", text, err)
			}
		}
		_, _ = ReadFrame(text)
		_, _ = ReadReady(text)
		_, _, _ = c.ReadSent(qq.GroupChat(group), text, 1)
		_ = c.Content(qq.GroupChat(group), string(text))
		_ = Failure(len(text), text)
	})
}
