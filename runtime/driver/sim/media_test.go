package sim

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"llbot/protocols/qq"
)

func TestKeepAndFindMedia(t *testing.T) {
	w := talkWorld(t, newClock())
	kept := do(t, w, bot, qq.KeepMedia{Blob: &qq.Media{ID: "pic", Name: "mine.png"}})
	if kept.URL != "http://media/pic" || kept.Name != "mine.png" || kept.Width != 3 {
		t.Errorf("kept %+v", kept)
	}
	refused(t, w, bot, qq.KeepMedia{}, qq.ErrInvalid)
	refused(t, w, bot, qq.KeepMedia{Blob: &qq.Media{ID: "none"}}, qq.ErrMedia)

	refused(t, w, bot, qq.FindMedia{Name: "cat.png"}, qq.ErrNotFound) // nobody has sent it
	do(t, w, carol, qq.SendMessage{Chat: qq.GroupChat(home), Segments: qq.Segments{&qq.Image{Media: qq.Media{ID: "pic"}}}})
	do(t, w, carol, qq.SendMessage{Chat: qq.GroupChat(home), Segments: qq.Segments{&qq.Record{Media: qq.Media{ID: "voice", Name: "cat.png"}}}})
	do(t, w, bob, qq.SendMessage{Chat: qq.TempChat(carol), Segments: qq.Segments{&qq.Video{Media: qq.Media{ID: "film"}}}})
	if m := do(t, w, bot, qq.FindMedia{Name: "cat.png"}); m.ID != "voice" || m.Name != "cat.png" || m.URL != "http://media/voice" {
		t.Errorf("of two of one name the latest: %+v", m)
	}
	if m := do(t, w, bot, qq.FindMedia{Name: "pic"}); m.ID != "pic" || m.Name != "cat.png" {
		t.Errorf("by id: %+v", m)
	}
	if m := do(t, w, carol, qq.FindMedia{Name: "f.mp4"}); m.ID != "film" {
		t.Errorf("%+v", m)
	}
	refused(t, w, bot, qq.FindMedia{Name: "f.mp4"}, qq.ErrNotFound) // in a chat of others
	refused(t, w, eve, qq.FindMedia{Name: "cat.png"}, qq.ErrNotFound)
	refused(t, w, bot, qq.FindMedia{}, qq.ErrInvalid)
	refused(t, w, bot, qq.FindMedia{Name: "voice", Format: "mp3"}, qq.ErrMedia)
	refused(t, w, bot, qq.FindMedia{Name: "voice", Format: "midi"}, qq.ErrInvalid)
}

func TestFindMediaInsideForwards(t *testing.T) {
	w := talkWorld(t, newClock())
	do(t, w, carol, forwarding(made(carol, &qq.Image{Media: qq.Media{ID: "pic", Name: "inner.png"}})))
	if m := do(t, w, bot, qq.FindMedia{Name: "inner.png"}); m.ID != "pic" {
		t.Errorf("%+v", m)
	}
}

func TestFindFilesByTheirID(t *testing.T) {
	w := talkWorld(t, newClock())
	var ids []string
	for _, chat := range []qq.Chat{qq.GroupChat(home), qq.FriendChat(alice)} {
		ids = append(ids, string(do(t, w, bot, qq.UploadFile{Chat: chat, File: &qq.Media{ID: "doc", Name: "notes.txt"}}).File))
	}
	for _, id := range ids {
		if m := do(t, w, alice, qq.FindMedia{Name: id}); m.ID != "doc" || m.Name != "notes.txt" {
			t.Errorf("%+v", m)
		}
		refused(t, w, eve, qq.FindMedia{Name: id}, qq.ErrNotFound)
	}
	refused(t, w, carol, qq.FindMedia{Name: ids[1]}, qq.ErrNotFound)
}

// TestEveryKindSurvives reads a message of each kind back from the journal.
func TestEveryKindSurvives(t *testing.T) {
	opt := Options{Dir: t.TempDir(), Sync: time.Millisecond, Blobs: mediaBlobs()}
	w := openWorld(t, opt)
	for _, err := range []error{w.AddUser(t.Context(), qq.User{ID: robot}), w.Befriend(t.Context(), robot, bot)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	first := do(t, w, bob, inGroup("first"))
	for _, c := range kindCases() {
		chat, as := qq.GroupChat(home), c.as
		if as == 0 {
			as = alice
		}
		if c.private || as == robot {
			chat = qq.FriendChat(bot)
		}
		content := qq.Segments{c.sent}
		switch c.sent.(type) {
		case *qq.FlashFile:
			continue
		case *qq.Reply:
			content = qq.Segments{&qq.Reply{MessageRef: first.MessageRef}, &qq.Text{Text: "!"}}
		}
		do(t, w, as, qq.SendMessage{Chat: chat, Segments: content})
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	sameState(t, openWorld(t, opt).st, w.st)
}

func TestWhatIsSeenIsBounded(t *testing.T) {
	b := &blobBook{}
	for range seenLimit + 3 {
		b.noteOne(groupKey(home), &qq.Media{ID: "pic", Name: "x"})
	}
	if len(b.Seen) != seenLimit {
		t.Errorf("%d", len(b.Seen))
	}
}

func TestReadText(t *testing.T) {
	w := talkWorld(t, newClock())
	ctx := context.Background()
	read := qq.ReadText{Picture: &qq.Media{ID: "pic"}}
	if r := do(t, w, bot, read); len(r.Lines) != 0 || r.Lines == nil {
		t.Errorf("%+v", r)
	}
	for _, text := range []string{"old", "第一行\n\nsecond"} {
		if err := w.TellText(ctx, "pic", text); err != nil {
			t.Fatal(err)
		}
	}
	r := do(t, w, bot, read)
	want := &qq.TextRead{Language: "zh", Lines: []qq.TextLine{
		{Text: "第一行", Confidence: 100, Corners: []qq.Point{{X: 0, Y: 0}, {X: 3, Y: 0}, {X: 3, Y: 2}, {X: 0, Y: 2}}},
		{Text: "second", Confidence: 100, Corners: []qq.Point{{X: 0, Y: 2}, {X: 3, Y: 2}, {X: 3, Y: 4}, {X: 0, Y: 4}}},
	}}
	if d := cmp.Diff(want, r); d != "" {
		t.Errorf("%s", d)
	}
	refused(t, w, bot, qq.ReadText{}, qq.ErrInvalid)
	refused(t, w, bot, qq.ReadText{Picture: &qq.Media{ID: "voice"}}, qq.ErrMedia)
	wantErr(t, w.TellText(ctx, "none", "x"), qq.ErrMedia)
	wantErr(t, w.TellText(ctx, "pic", strings.Repeat("x", maxBlobText+1)), qq.ErrInvalid)
}

func TestStickers(t *testing.T) {
	w := talkWorld(t, newClock())
	ctx := context.Background()
	if err := w.SaveSticker(ctx, bot, "pic", "Happy Cat"); err != nil {
		t.Fatal(err)
	}
	if urls := do(t, w, bot, qq.ListCustomFaces{}); !cmp.Equal(urls, []string{"http://media/pic"}) {
		t.Errorf("%v", urls)
	}
	if urls := do(t, w, alice, qq.ListCustomFaces{}); urls == nil || len(urls) != 0 {
		t.Errorf("another's: %v", urls)
	}
	if urls := do(t, w, alice, qq.RecommendFaces{Word: "cat"}); len(urls) != 1 {
		t.Errorf("%v", urls)
	}
	if urls := do(t, w, alice, qq.RecommendFaces{Word: "dog"}); urls == nil || len(urls) != 0 {
		t.Errorf("%v", urls)
	}
	refused(t, w, bot, qq.RecommendFaces{Word: " "}, qq.ErrInvalid)
	wantErr(t, w.SaveSticker(ctx, bot, "voice", ""), qq.ErrMedia)
	wantErr(t, w.SaveSticker(ctx, 4242424, "pic", ""), qq.ErrNotFound)
}

func TestVoices(t *testing.T) {
	w := talkWorld(t, newClock())
	list := do(t, w, bot, qq.ListVoices{Group: home})
	if len(list) == 0 || list[0].Voices[0].ID != defaultVoice || !strings.HasPrefix(list[0].Voices[0].Preview, "http://media/") {
		t.Errorf("%+v", list)
	}
	do(t, w, bot, qq.ListVoices{Kind: qq.VoiceSings})
	refused(t, w, bot, qq.ListVoices{Group: home, Kind: 9}, qq.ErrInvalid)
	refused(t, w, eve, qq.ListVoices{Group: home}, qq.ErrNotFound)

	m := do(t, w, bot, qq.MakeSpeech{Group: home, Voice: defaultVoice, Text: "你好"})
	if m.MIME != "audio/wav" || m.URL == "" || len(pending(w, alice)) != 0 {
		t.Errorf("%+v", m)
	}
	again := do(t, w, bot, qq.MakeSpeech{Group: home, Voice: defaultVoice, Text: "你好"})
	if again.ID != m.ID {
		t.Error("the same text sounds otherwise")
	}
	sent := do(t, w, bot, qq.SendSpeech{Group: home, Voice: defaultVoice, Text: "你好"})
	voice := pending(w, alice)[0].(*qq.MessageReceived).Segments[0].(*qq.Record)
	if voice.ID != m.ID || voice.URL == "" || voice.Transcript != "" {
		t.Errorf("%+v", voice)
	}
	if text := do(t, w, alice, qq.TranscribeVoice{Ref: sent.MessageRef}); text != "你好" {
		t.Errorf("heard %q", text)
	}
	read := do(t, w, bot, qq.SendMessage{Chat: qq.GroupChat(home), Segments: qq.Segments{&qq.Speech{Text: "aloud"}}})
	if text := do(t, w, alice, qq.TranscribeVoice{Ref: read.MessageRef}); text != "aloud" {
		t.Errorf("heard %q", text)
	}
	for _, op := range []qq.Operation{qq.MakeSpeech{Group: home, Voice: "none", Text: "x"}, qq.SendSpeech{Group: home, Voice: "none", Text: "x"},
		qq.MakeSpeech{Group: 5, Voice: defaultVoice, Text: "x"}, qq.SendSpeech{Group: 5, Voice: defaultVoice, Text: "x"}} {
		refused(t, w, bot, op, qq.ErrNotFound)
	}
	refused(t, w, bot, qq.MakeSpeech{Group: home, Voice: defaultVoice}, qq.ErrInvalid)
	refused(t, w, bot, qq.SendSpeech{Group: home, Voice: defaultVoice, Text: strings.Repeat("x", qq.MaxSpeech+1)}, qq.ErrInvalid)
	do(t, w, alice, qq.MuteMember{Group: home, Member: bob, For: time.Minute})
	refused(t, w, bob, qq.SendSpeech{Group: home, Voice: defaultVoice, Text: "x"}, qq.ErrMuted)
}

func TestTranscribeVoice(t *testing.T) {
	w := talkWorld(t, newClock())
	sent := do(t, w, carol, qq.SendMessage{Chat: qq.GroupChat(home), Segments: qq.Segments{&qq.Record{Media: qq.Media{ID: "voice"}}}})
	if text := do(t, w, bot, qq.TranscribeVoice{Ref: sent.MessageRef}); text != "" {
		t.Errorf("heard %q", text)
	}
	if err := w.TellText(context.Background(), "voice", "told"); err != nil {
		t.Fatal(err)
	}
	if text := do(t, w, bot, qq.TranscribeVoice{Ref: sent.MessageRef}); text != "told" {
		t.Errorf("heard %q", text)
	}
	words := do(t, w, carol, inGroup("no voice"))
	refused(t, w, bot, qq.TranscribeVoice{Ref: words.MessageRef}, qq.ErrInvalid)
	refused(t, w, eve, qq.TranscribeVoice{Ref: sent.MessageRef}, qq.ErrNotFound)
}

func TestWave(t *testing.T) {
	a := wave(defaultVoice, "hello")
	if !bytes.Equal(a, wave(defaultVoice, "hello")) || bytes.Equal(a, wave("other", "hello")) || bytes.Equal(a, wave(defaultVoice, "hallo")) {
		t.Error("a wave follows from voice and text alone, and from both")
	}
	if string(a[:4]) != "RIFF" || len(a) != waveHead+5*toneSize {
		t.Errorf("%d bytes, %q", len(a), a[:16])
	}
}

// TestTalkSurvives reads everything of this file back from disk.
func TestTalkSurvives(t *testing.T) {
	for name, every := range map[string]int{"journal": 0, "snapshots": 3} {
		t.Run(name, func(t *testing.T) {
			opt := Options{Dir: t.TempDir(), Sync: time.Millisecond, SnapshotEvery: every, Blobs: mediaBlobs()}
			w := openWorld(t, opt)
			sent := do(t, w, bob, forwarding(made(bob, nested(2)), made(bob, &qq.Image{Media: qq.Media{ID: "pic"}})))
			for _, u := range []qq.UserID{bot, alice} {
				do(t, w, u, qq.React{Ref: sent.MessageRef, Emoji: thumb(), On: true})
			}
			do(t, w, bot, qq.React{Ref: sent.MessageRef, Emoji: thumb()})
			do(t, w, bot, qq.MarkRead{Ref: sent.MessageRef})
			do(t, w, alice, qq.MarkAllRead{})
			do(t, w, bot, qq.SendSpeech{Group: home, Voice: defaultVoice, Text: "hi"})
			do(t, w, bot, qq.SendMessage{Chat: qq.GroupChat(home), Segments: qq.Segments{&qq.Dice{}}})
			for _, err := range []error{w.TellText(t.Context(), "pic", "words"), w.SaveSticker(t.Context(), bot, "pic", "cat")} {
				if err != nil {
					t.Fatal(err)
				}
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			again := openWorld(t, opt)
			sameState(t, again.st, w.st)
			if n := len(do(t, again, bot, qq.GetForward{ID: sent.Forward}).Nodes); n != 2 {
				t.Errorf("%d nodes", n)
			}
		})
	}
}
