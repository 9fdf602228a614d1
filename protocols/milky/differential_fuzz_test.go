package milky

import (
	"reflect"
	"testing"

	"llbot/protocols/wire/differential"
)

// wireTypes are what goes over the wire: what actions take and answer, and the
// rest by name.
func wireTypes(t testing.TB) []reflect.Type {
	t.Helper()
	return append(differential.OfActions(newServer(t, Options{}).Table()), differential.Of(
		announcements{},
		essences{},
		essenceMessage{},
		fileList{},
		friendRequests{},
		notifications{},
		joinNotice{},
		history{},
		forwardedMessage{},
		userProfile{},
		implInfo{},
		friendList{},
		groupList{},
		memberList{},
		categoryEntity{},
		friendEntity{},
		groupEntity{},
		memberEntity{},
		recallData{},
		memberIncreaseData{},
		friendFileData{},
		groupFileData{},
		reactionData{},
		essenceData{},
		event{},
		Segment{},
		imageData{},
		videoData{},
		outgoingForwardData{},
		failed{},
		adminChangeData{},
		adminNotice{},
		answered{},
		chatSwitch{},
		disbandData{},
		faceData{},
		fileData{},
		forwardData{},
		friendNudgeData{},
		friendRequestData{},
		groupNudgeData{},
		heardEssence{},
		heardEssences{},
		heardEvent{},
		heardForward{},
		heardKind{},
		heardMessage{},
		heardNode{},
		heardNotice{},
		heardNotices{},
		heardOne{},
		heardPage{},
		incomingFile{},
		incomingForward{},
		incomingImage{},
		incomingLightApp{},
		incomingMarketFace{},
		incomingMention{},
		incomingReply{},
		incomingSound{},
		incomingXML{},
		invitationData{},
		invitedJoinData{},
		invitedNotice{},
		joinRequestData{},
		kickNotice{},
		lightAppData{},
		markdownData{},
		marketFaceData{},
		memberDecreaseData{},
		mentionData{},
		muteData{},
		offlineData{},
		outgoingFace{},
		outgoingForward{},
		outgoingImage{},
		outgoingImageData{},
		outgoingLightAppData{},
		outgoingMention{},
		outgoingMentionData{},
		outgoingNode{},
		outgoingRecord{},
		outgoingRecordData{},
		outgoingReply{},
		outgoingReplyData{},
		outgoingVideo{},
		outgoingVideoData{},
		pageOf{},
		pinData{},
		quitNotice{},
		reaction{},
		recordData{},
		renameData{},
		reply{},
		replyData{},
		said{},
		saidRef{},
		textData{},
		wholeMuteData{},
		xmlData{},
	)...)
}

// What goes over the wire is what encoding/json would make of it.
func FuzzWireTypes(f *testing.F) { differential.Fuzz(f, wireTypes(f)) }

// No wire type is left out.
func TestWireTypesAreComplete(t *testing.T) {
	differential.Complete(t, differential.Package{Folder: ".", Path: "llbot/protocols/milky"}, wireTypes(t))
}
