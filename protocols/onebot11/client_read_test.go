package onebot11

import (
	"errors"
	"testing"

	"llbot/protocols/qq"
	"llbot/protocols/wire"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestAnswersOfAllImplementations(t *testing.T) {
	cases := []struct {
		name, frame string
		want        Answer
		kind        error // nil for a success
		code        int
	}{
		{"llbot", `{"status":"ok","retcode":0,"data":{"a":1},"message":"","wording":"","echo":"7"}`, Answer{Status: "ok", Data: wire.Raw(`{"a":1}`), Echo: "7"}, nil, 0},
		{"number as echo", `{"status":"ok","retcode":0,"data":null,"echo":7}`, Answer{Status: "ok", Echo: "7"}, nil, 0},
		{"go-cqhttp refuses", `{"data":null,"echo":"1","msg":"API_ERROR","retcode":100,"status":"failed","wording":"群不存在"}`,
			Answer{Status: "failed", Retcode: 100, Text: "群不存在", Echo: "1"}, qq.ErrUpstream, 100},
		{"only msg", `{"retcode":-1,"status":"failed","msg":"X"}`, Answer{Status: "failed", Retcode: -1, Text: "X"}, qq.ErrUpstream, -1},
		{"refused", `{"status":"failed","retcode":1200,"data":null,"message":"no","wording":"no"}`, Answer{Status: "failed", Retcode: 1200, Text: "no"}, qq.ErrUpstream, 0},
		{"bad", `{"status":"failed","retcode":1400,"message":"m"}`, Answer{Status: "failed", Retcode: 1400, Text: "m"}, qq.ErrInvalid, 0},
		{"unknown action", `{"status":"failed","retcode":404,"wording":"m"}`, Answer{Status: "failed", Retcode: 404, Text: "m"}, qq.ErrUnsupported, 0},
		{"token", `{"status":"failed","retcode":1403,"message":"token"}`, Answer{Status: "failed", Retcode: 1403, Text: "token"}, qq.ErrOffline, 1403},
		{"async", `{"status":"async","retcode":1,"data":null}`, Answer{Status: "async", Retcode: 1}, nil, 0},
		{"failed with code 0", `{"status":"failed","retcode":0}`, Answer{Status: "failed"}, qq.ErrUpstream, 0},
	}
	var c Client
	for _, k := range cases {
		got, err := c.Answer([]byte(k.frame))
		if err != nil {
			t.Errorf("%s: %v", k.name, err)
			continue
		}
		if diff := cmp.Diff(k.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", k.name, diff)
		}
		failure := got.Err()
		if (failure == nil) != (k.kind == nil) || k.kind != nil && !errors.Is(failure, k.kind) {
			t.Errorf("%s: %v, want %v", k.name, failure, k.kind)
		}
		if failure != nil && qq.AsError(failure).Code != k.code {
			t.Errorf("%s: code %d", k.name, qq.AsError(failure).Code)
		}
	}
	for _, bad := range []string{``, `[]`, `{}`, `null`, `{"a":`, `"ok"`} {
		if _, err := c.Answer([]byte(bad)); err == nil {
			t.Errorf("%q is an answer", bad)
		}
	}
}

func TestAnUnsureFailureStaysUnsure(t *testing.T) {
	var c Client
	e := &qq.Error{Kind: qq.ErrTimeout, Text: "no answer in time", Outcome: qq.Unknown}
	a, err := c.Answer(overSocket.refused(e).text(nil))
	if err != nil {
		t.Fatal(err)
	}
	got := qq.AsError(a.Err())
	if got.Outcome != qq.Unknown || got.Text != e.Text {
		t.Errorf("%q, outcome %d", got.Text, got.Outcome)
	}
}

func TestReadingIsLenient(t *testing.T) {
	type inner struct {
		N int    `json:"n"`
		S string `json:"s"`
	}
	type outer struct {
		inner
		S    string   `json:"s"` // wins over the embedded one
		U    uint8    `json:"u"`
		F    float64  `json:"f"`
		B    bool     `json:"b"`
		P    *inner   `json:"p"`
		L    []int    `json:"l"`
		Raw  wire.Raw `json:"raw"`
		Skip string   `json:"-"`
	}
	var c Client
	cases := []struct {
		text string
		want outer
	}{
		{`{"n":"7","s":5,"u":"200","f":"1.5","b":"1","p":{"n":true},"l":["1",2,"x"],"raw":{"a": 1},"Skip":"x","-":"y"}`,
			outer{inner: inner{N: 7}, S: "5", U: 200, F: 1.5, B: true, P: &inner{N: 1}, L: []int{1, 2, 0}, Raw: wire.Raw(`{"a": 1}`)}},
		{`{"n":null,"s":[1],"u":300,"f":"x","b":"no","p":null,"l":{},"raw":"t"}`, outer{L: []int{}, Raw: wire.Raw(`"t"`)}},
		{`{"n":1e3,"u":-1,"b":{}}`, outer{inner: inner{N: 1000}}},
		{`[]`, outer{}}, {`"x"`, outer{}}, {`null`, outer{}},
	}
	for _, k := range cases {
		var got outer
		if err := c.read([]byte(k.text), &got); err != nil {
			t.Errorf("%s: %v", k.text, err)
		}
		if diff := cmp.Diff(k.want, got, cmp.AllowUnexported(outer{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", k.text, diff)
		}
	}
	if err := c.read([]byte(`{"n":`), new(outer)); err == nil {
		t.Error("half an object was read")
	}
}

// drawSegment makes a segment as a driver hands it over and as it can be sent.
func drawSegment(t *rapid.T) qq.Segment {
	text := rapid.StringMatching(`[a-z &\[\],=<>"]{1,8}|[一-三]{1,3}`)
	one := text.Filter(func(s string) bool { return s != "custom" })
	n := rapid.IntRange(1, 3)
	switch rapid.IntRange(0, 13).Draw(t, "kind") {
	case 0:
		return &qq.Text{Text: text.Draw(t, "text")}
	case 1:
		return &qq.Mention{User: qq.UserID(rapid.Int64Range(10001, 4294967295).Draw(t, "user")), Name: text.Draw(t, "name")}
	case 2:
		return &qq.MentionAll{}
	case 3:
		return &qq.Face{ID: rapid.StringMatching(`[0-9]{1,3}`).Draw(t, "id"), Large: rapid.Bool().Draw(t, "large")}
	case 4:
		return &qq.Reply{MessageRef: qq.MessageRef{ID: qq.MessageID(rapid.Int32Range(1, 1<<31-1).Draw(t, "id"))}}
	case 5:
		return &qq.Dice{Result: n.Draw(t, "dice")}
	case 6:
		return &qq.RPS{Result: n.Draw(t, "rps")}
	case 7:
		return &qq.Poke{Kind: n.Draw(t, "kind"), ID: n.Draw(t, "id")}
	case 8:
		return &qq.LightApp{App: "a.b", Payload: string(wire.MustMarshal(map[string]string{"app": "a.b", "x": text.Draw(t, "x")}))}
	case 9:
		return &qq.XML{Payload: text.Draw(t, "xml")}
	case 10:
		return &qq.Share{URL: one.Draw(t, "url"), Title: one.Draw(t, "title"), Content: text.Draw(t, "content")}
	case 11:
		return &qq.Contact{Group: qq.GroupID(rapid.Int64Range(1, 1<<40).Draw(t, "group"))}
	case 12:
		return &qq.Location{Latitude: rapid.Float64Range(-90, 90).Draw(t, "lat"), Longitude: rapid.Float64Range(-180, 180).Draw(t, "lon"), Title: text.Draw(t, "title")}
	}
	return &qq.MarketFace{Package: int64(n.Draw(t, "package")), ID: one.Draw(t, "id"), Key: one.Draw(t, "key"), Summary: text.Draw(t, "summary")}
}

// TestSegmentsComeBackAsTheyWent: what the face writes, as a list or as CQ
// text, the client reads as it was.
func TestSegmentsComeBackAsTheyWent(t *testing.T) {
	var c Client
	rapid.Check(t, func(t *rapid.T) {
		want := qq.Segments(rapid.SliceOfN(rapid.Custom(drawSegment), 1, 6).Draw(t, "content"))
		pieces := EncodeSegments(want)
		if diff := cmp.Diff(want, DecodeReceived(c.Pieces(FormatArray(pieces)))); diff != "" {
			t.Fatalf("list (-want +got):\n%s", diff)
		}
		joined := joinTexts(want)
		text := wire.AppendString(nil, FormatCQ(pieces))
		if diff := cmp.Diff(joined, joinTexts(DecodeReceived(c.Pieces(text)))); diff != "" {
			t.Fatalf("CQ text (-want +got):\n%s", diff)
		}
	})
}

// joinTexts makes one text of neighbours, which CQ text cannot tell apart.
func joinTexts(s qq.Segments) qq.Segments {
	var out qq.Segments
	for _, seg := range s {
		text, is := seg.(*qq.Text)
		if last, was := lastText(out); is && was {
			out[len(out)-1] = &qq.Text{Text: last.Text + text.Text}
			continue
		}
		out = append(out, seg)
	}
	return out
}

func lastText(s qq.Segments) (*qq.Text, bool) {
	if len(s) == 0 {
		return nil, false
	}
	text, is := s[len(s)-1].(*qq.Text)
	return text, is
}

// TestSentSegmentsArriveAsTheyWent: what the client writes to be sent, the face
// reads as it was.
func TestSentSegmentsArriveAsTheyWent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := drawSegment(t)
		pieces, err := EncodeContent(qq.Segments{want})
		if err != nil {
			t.Fatal(err)
		}
		if len(pieces) != 1 {
			t.Fatalf("%d pieces", len(pieces))
		}
		got, key, reason := DecodePiece(pieces[0])
		if reason != "" {
			t.Fatalf("%s: %s", key, reason)
		}
		if card, is := want.(*qq.LightApp); is {
			want = &qq.LightApp{Payload: card.Payload} // the face leaves it to the driver to find the app
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
	})
}

func TestWhatOneBotCannotSay(t *testing.T) {
	for _, s := range []qq.Segment{
		&qq.Markdown{Content: "x"}, &qq.Keyboard{}, &qq.RedPacket{}, &qq.FlashFile{}, &qq.Raw{Kind: "x"},
		&qq.Forward{Nodes: []*qq.ForwardNode{{}}},
	} {
		if _, err := EncodeContent(qq.Segments{s}); !errors.Is(err, qq.ErrUnsupported) {
			t.Errorf("%T: %v", s, err)
		}
	}
	if _, err := EncodeContent(qq.Segments{&qq.Reply{MessageRef: qq.MessageRef{Chat: qq.GroupChat(1), Seq: 2}}}); !errors.Is(err, qq.ErrNotFound) {
		t.Errorf("a quote without an id: %v", err)
	}
	if got, err := EncodeContent(qq.Segments{&qq.Text{}}); err != nil || len(got) != 0 {
		t.Errorf("empty text: %v %v", got, err)
	}
}

func FuzzClientEvent(f *testing.F) {
	for _, k := range eventCases() {
		if frame, ok := (Encoder{Format: Array}).Encode(nil, &qq.Entry{Account: self, Event: k.event}); ok {
			f.Add(frame)
		}
	}
	f.Add([]byte(`{"post_type":"message","message_type":"group","message":"[CQ:at,qq=1]","sender":7}`))
	var c Client
	f.Fuzz(func(t *testing.T, frame []byte) {
		for _, seq := range []SeqFrom{SeqNowhere, SeqMessage, SeqReal} {
			told, err := c.Event(frame, seq)
			if err == nil && told.Event == nil && !told.Hello && told.Beat == nil {
				t.Fatal("nothing was read and nothing is wrong")
			}
			if m, ok := told.Event.(*qq.MessageReceived); ok && m.Seq < 0 {
				t.Fatalf("seq %d", m.Seq)
			}
		}
		IsAnswer(frame)
		if a, err := c.Answer(frame); err == nil {
			_ = a.Err()
			_, _ = AskMembers().Answer(&c, qq.ListMembers{}, a.Data)
			_, _ = AskForward().Answer(&c, qq.GetForward{}, a.Data)
		}
	})
}
