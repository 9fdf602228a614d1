package qq

import "testing"

func TestRobots(t *testing.T) {
	for u, want := range map[UserID]bool{
		66600000: true, 66600001: false, 2854196300: false, 2854196301: true, 2854216399: true, 2854216400: false,
		3328144510: true, 3889000000: true, 3890000000: false, 4019999999: true, 10001: false, 0: false,
	} {
		if u.Robot() != want {
			t.Errorf("%d: %v", u, !want)
		}
	}
	for _, r := range RobotRanges() {
		if r.From > r.To || !r.From.Valid() || !r.To.Valid() {
			t.Errorf("%+v", r)
		}
	}
}

func TestEmojiOf(t *testing.T) {
	for id, want := range map[string]Emoji{
		"4": {EmojiFace, "4"}, "424": {EmojiFace, "424"}, "9728": {EmojiUnicode, "9728"}, "128516": {EmojiUnicode, "128516"},
	} {
		if got := EmojiOf(id); got != want {
			t.Errorf("%s: %+v", id, got)
		}
	}
	if EmojiFace.String() != "face" || EmojiUnicode.String() != "emoji" {
		t.Error("the names that Milky uses")
	}
}

func TestNamesOfSteps(t *testing.T) {
	for got, want := range map[string]string{
		LoginIdle.String(): "idle", LoginKicked.String(): "kicked", LoginExpired.String(): "expired", LoginStep(99).String(): "unknown",
		HonorTalkative.String(): "talkative", HonorNewbie.String(): "strong_newbie", HonorEmotion.String(): "emotion",
		FlashUploading.String(): "uploading", FlashDownloaded.String(): "downloaded",
		ClassRead.String(): "read", ClassAccount.String(): "account", ClassSystem.String(): "system",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if Honor(99).String() != "" || FlashStep(99).String() != "" || Class(99).String() != "unknown" {
		t.Error("what there is not has no name")
	}
	if (&FlashSet{Files: []FlashPart{{Size: 3}, {Size: 4}}}).Size() != 7 {
		t.Error("the size of a set")
	}
}
