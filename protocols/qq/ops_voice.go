package qq

// Voice is one of QQ's artificial voices.
type Voice struct {
	ID      string
	Name    string
	Preview string // URL of a sample
}

// VoiceGroup is a heading with its voices.
type VoiceGroup struct {
	Name   string
	Voices []Voice
}

// VoiceKind tells what the voices are for, in QQ's numbers.
type VoiceKind uint8

// The kinds of voices.
const (
	VoiceSpeaks VoiceKind = 1
	VoiceSings  VoiceKind = 2
)

// ListVoices answers the voices that may be used in a group, 0 for none in
// particular. OneBot
// get_ai_characters.
type ListVoices struct {
	Reads[[]VoiceGroup]
	Group GroupID
	Kind  VoiceKind
}

// MakeSpeech answers a voice that reads a text, without sending it. ErrNotFound
// for an unknown voice, ErrInvalid for text past the limit. OneBot
// get_ai_record.
type MakeSpeech struct {
	Reads[*Media]
	Group GroupID
	Voice string
	Kind  VoiceKind
	Text  string
}

// SendSpeech lets a voice read a text in a group. The failures are those of
// MakeSpeech and SendMessage. OneBot send_group_ai_record.
type SendSpeech struct {
	Sends[*Sent]
	Group GroupID
	Voice string
	Kind  VoiceKind
	Text  string
}
