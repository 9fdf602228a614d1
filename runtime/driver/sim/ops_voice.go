package sim

import (
	"context"
	"encoding/base64"
	"unicode/utf8"

	"llbot/protocols/qq"
)

// defaultVoice reads what is sent as a qq.Speech.
const defaultVoice = "lucy-voice-laibixiaoxin"

// voices are the artificial voices of this world, under QQ's ids.
func voices(kind qq.VoiceKind) []qq.VoiceGroup {
	if kind == qq.VoiceSings {
		return []qq.VoiceGroup{{Name: "推荐", Voices: []qq.Voice{{ID: "lucy-voice-sing-f1", Name: "甜歌"}, {ID: "lucy-voice-sing-m1", Name: "老歌"}}}}
	}
	return []qq.VoiceGroup{
		{Name: "推荐", Voices: []qq.Voice{{ID: defaultVoice, Name: "小新"}, {ID: "lucy-voice-houge", Name: "猴哥"}, {ID: "lucy-voice-daji", Name: "妲己"}}},
		{Name: "方言", Voices: []qq.Voice{{ID: "lucy-voice-guangdong-f1", Name: "粤语小姐姐"}, {ID: "lucy-voice-guangxi-m1", Name: "广西表哥"}}},
	}
}

func voiceKind(kind qq.VoiceKind) (qq.VoiceKind, error) {
	switch kind {
	case 0:
		return qq.VoiceSpeaks, nil
	case qq.VoiceSpeaks, qq.VoiceSings:
		return kind, nil
	}
	return 0, qq.Errorf(qq.ErrInvalid, "there is no kind %d of voices", kind)
}

// hasVoice refuses a voice that there is not.
func hasVoice(kind qq.VoiceKind, id string) error {
	kind, err := voiceKind(kind)
	if err != nil {
		return err
	}
	for _, g := range voices(kind) {
		for _, v := range g.Voices {
			if v.ID == id {
				return nil
			}
		}
	}
	return qq.Errorf(qq.ErrNotFound, "there is no voice %q", clean(id))
}

// memberOf refuses what only members of a group may do.
func (a *actor) memberOf(id qq.GroupID) error {
	return a.world.read(func(v viewing, _ qq.Time) error {
		_, _, err := v.inGroup(a.user, id)
		return err
	})
}

// listVoices is the same for every group; 0 asks for none in particular.
func (a *actor) listVoices(ctx context.Context, op qq.ListVoices) ([]qq.VoiceGroup, error) {
	kind, err := voiceKind(op.Kind)
	if err == nil && op.Group != 0 {
		err = a.memberOf(op.Group)
	}
	if err != nil {
		return nil, err
	}
	list := voices(kind)
	for _, g := range list {
		for i := range g.Voices {
			v := &g.Voices[i]
			if m, err := a.world.voice(ctx, v.ID, v.Name); err == nil {
				v.Preview = m.URL
			}
		}
	}
	return list, nil
}

func (a *actor) makeSpeech(ctx context.Context, op qq.MakeSpeech) (*qq.Media, error) {
	if err := hasVoice(op.Kind, op.Voice); err != nil {
		return nil, err
	}
	if err := a.memberOf(op.Group); err != nil {
		return nil, err
	}
	m, err := a.world.voice(ctx, op.Voice, op.Text)
	if err != nil {
		return nil, err
	}
	return &m, nil
}

func (a *actor) sendSpeech(ctx context.Context, op qq.SendSpeech) (*qq.Sent, error) {
	if err := hasVoice(op.Kind, op.Voice); err != nil {
		return nil, err
	}
	if err := a.memberOf(op.Group); err != nil {
		return nil, err
	}
	voice, err := a.world.reading(ctx, op.Voice, op.Text)
	if err != nil {
		return nil, err
	}
	return a.speak(ctx, func(st *state, now qq.Time) (*said, error) {
		return st.speak(a.user, qq.GroupChat(op.Group), 0, qq.Segments{voice}, now)
	})
}

// spoken is text that the world's own voice reads aloud.
func (w *World) spoken(seg *qq.Speech) (qq.Segment, error) {
	return w.reading(context.Background(), defaultVoice, seg.Text)
}

// reading is a voice message of a text. The world knows what is said in it.
func (w *World) reading(ctx context.Context, voice, text string) (*qq.Record, error) {
	m, err := w.voice(ctx, voice, text)
	m.URL = ""
	return &qq.Record{Media: m, Transcript: clean(text)}, err
}

// voice makes the sound of a voice that reads a text and keeps it.
func (w *World) voice(ctx context.Context, voice, text string) (qq.Media, error) {
	text = clean(text)
	if n := utf8.RuneCountInString(text); n == 0 || n > qq.MaxSpeech {
		return qq.Media{}, qq.Errorf(qq.ErrInvalid, "a text to be read has 1 to %d characters, not %d", qq.MaxSpeech, n)
	}
	m := qq.Media{URI: "base64://" + base64.StdEncoding.EncodeToString(wave(voice, text))}
	if err := w.opt.Blobs.Ingest(ctx, &m); err != nil {
		return qq.Media{}, qq.Errorf(qq.ErrInternal, "the voice cannot be kept: %w", err)
	}
	m.URL = w.opt.Blobs.Link(m.ID)
	return m, nil
}
