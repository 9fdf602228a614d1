package milky

import (
	"testing"

	"llbot/protocols/wire/differential"
)

// What goes over the wire is what encoding/json would make of it.
func FuzzWireTypes(f *testing.F) {
	differential.Fuzz(f,
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
	)
}
