package onebot11

import (
	"reflect"
	"testing"

	"llbot/protocols/wire/differential"
)

// wireTypes are what goes over the wire: what actions take and answer, and the
// rest by name.
func wireTypes(t testing.TB) []reflect.Type {
	t.Helper()
	s, err := NewHTTP(Options{Credentials: AllCredentials})
	if err != nil {
		t.Fatal(err)
	}
	return append(differential.OfActions(s.table), differential.Of(
		heartbeatEvent{},
		gapEvent{},
		memberEvent{},
		banEvent{},
		cardEvent{},
		groupRecallEvent{},
		friendAddEvent{},
		offlineEvent{},
		friendRequestEvent{},
		joinRequestEvent{},
		messageEvent{},
		friendSender{},
		memberSender{},
		groupUploadEvent{},
		pokeEvent{},
		essenceEvent{},
		emojiEvent{},
		honorEvent{},
		titleEvent{},
		flashEvent{},
		groupInfo{},
		memberInfo{},
		friendInfo{},
		stranger{},
		loginInfo{},
		versionInfo{},
		statusInfo{},
		noticeInfo{},
		essenceInfo{},
		fileList{},
		folderParam{},
		albumMediaPage{},
		forwardedInfo{},
		recentChat{},
		messageTold{},
		envelope{},
		request{},
		quickOperation{},
		albumAsk{},
		answerForm{},
		buttonAction{},
		buttonPermit{},
		buttonRender{},
		clientEvent{},
		credentialsTold{},
		downloadingEvent{},
		enableAsk{},
		fileAsk{},
		fileListTold{},
		fileOnly{},
		fileTold{},
		flashAsk{},
		flashPace{},
		folderAsk{},
		folderTold{},
		forwardedTold{},
		foundTold{},
		friendPageAsk{},
		friendRecallEvent{},
		groupAsk{},
		groupPageAsk{},
		groupTold{},
		groupUserEvent{},
		invitationEvent{},
		keyTold{},
		keyboardButton{},
		keyboardRow{},
		lloc{},
		luckyEvent{},
		memberAsk{},
		messageAsk{},
		newsTold{},
		nodeForm{},
		noticeTold{},
		offlineFile{},
		offlineFileEvent{},
		pokeTold{},
		profileLikeEvent{},
		recalled{},
		recentTold{},
		renameEvent{},
		sendAsk{},
		sendForwardAsk{},
		speechAsk{},
		strangerTold{},
		tell{},
		tellHead{},
		tempSender{},
		tipEvent{},
		typingEvent{},
		uploadingEvent{},
		userAsk{},
	)...)
}

// What goes over the wire is what encoding/json would make of it.
func FuzzWireTypes(f *testing.F) { differential.Fuzz(f, wireTypes(f)) }

// No wire type is left out.
func TestWireTypesAreComplete(t *testing.T) {
	differential.Complete(t, differential.Package{Folder: ".", Path: "llbot/protocols/onebot11", LooseInside: true}, wireTypes(t))
}
