package satori

import (
	"reflect"
	"testing"

	"llbot/protocols/wire/differential"
)

// wireTypes are what goes over the wire: what actions take and answer, and the
// rest by name.
func wireTypes(t testing.TB) []reflect.Type {
	t.Helper()
	s := newServer(t, Options{Hooks: fakeHooks{}})
	return append(differential.OfActions(s.table, s.own), differential.Of(
		User{},
		Guild{},
		Member{},
		Role{},
		Channel{},
		Friend{},
		Login{},
		Message{},
		Event{},
		LoginRef{},
		Emoji{},
		Button{},
		GapData{},
		Meta{},
		frame{},
		identify{},
		messageCreate{},
		page{},
		AdminData{},
		ApproveCall{},
		CardData{},
		ChannelCall{},
		ChannelData{},
		ClientData{},
		ClientDevice{},
		CreateCall{},
		FileData{},
		FlashData{},
		FriendFileData{},
		FriendNudgeData{},
		FriendOrUser{},
		GroupDisbandData{},
		GroupFileData{},
		GroupNudgeData{},
		GuildCall{},
		HeardMessage{},
		HonorData{},
		LikeData{},
		ListCall{},
		LuckyData{},
		MemberCall{},
		MessageCall{},
		MuteData{},
		NudgeRecallData{},
		NudgeWords{},
		OfflineData{},
		PageCall{},
		PinData{},
		TipData{},
		TitleData{},
		TypingData{},
		UserCall{},
		WholeMuteData{},
		heard{},
		heardFrame{},
		heardHead{},
		uploadLinks{},
	)...)
}

// What goes over the wire is what encoding/json would make of it.
func FuzzWireTypes(f *testing.F) { differential.Fuzz(f, wireTypes(f)) }

// No wire type is left out.
func TestWireTypesAreComplete(t *testing.T) {
	differential.Complete(t, differential.Package{Folder: ".", Path: "llbot/protocols/satori"}, wireTypes(t))
}
