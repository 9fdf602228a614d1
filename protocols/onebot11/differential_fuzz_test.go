package onebot11

import (
	"testing"

	"llbot/protocols/wire/differential"
)

// What goes over the wire is what encoding/json would make of it.
func FuzzWireTypes(f *testing.F) {
	differential.Fuzz(f,
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
	)
}
