package sim

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"llbot/protocols/qq"
)

// busy makes a bit of everything happen.
func busy(t *testing.T, w *World) {
	t.Helper()
	ctx := context.Background()
	for i := range 20 {
		do(t, w, alice, inGroup(fmt.Sprintf("line %d \"quoted\"\n\x01世界", i)))
	}
	sent := do(t, w, bob, toMember(carol, "temp"))
	do(t, w, carol, qq.SendMessage{Chat: qq.FriendChat(bob), Segments: qq.Segments{
		&qq.Reply{MessageRef: qq.MessageRef{Chat: qq.TempChat(bob), Seq: sent.Seq}}, &qq.Face{ID: "14"}, &qq.Mention{User: bob},
		&qq.Image{Media: qq.Media{ID: "pic"}}}})
	do(t, w, alice, qq.SendMessage{Chat: qq.GroupChat(home), Segments: qq.Segments{&qq.MentionAll{}}})
	do(t, w, bob, qq.RecallMessage{Ref: sent.MessageRef})
	do(t, w, alice, qq.SetCard{Group: home, Member: bob, Card: "B"})
	do(t, w, alice, qq.MuteMember{Group: home, Member: bob, For: time.Hour})
	do(t, w, alice, qq.KickMember{Group: home, Member: carol, Block: true})
	do(t, w, alice, qq.MuteGroup{Group: home, On: true})
	do(t, w, bot, qq.LeaveGroup{Group: SeedSecond, Disband: true})
	for _, err := range []error{
		w.AddUser(ctx, qq.User{ID: dora, Nickname: "Dora"}),
		w.RequestFriend(ctx, dora, bot, "hi"),
		w.RequestJoin(ctx, home, dora, "hi"),
		w.AddGroup(ctx, NewGroup{ID: 777, Name: "club", Owner: dora, Members: []qq.UserID{bob}}),
		w.Invite(ctx, 777, bob, alice),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	answerNewest(t, w, alice, true)
	do(t, w, alice, qq.SetAdmin{Group: home, Member: dora, On: true})
	do(t, w, bot, qq.DeleteFriend{User: bob})
	do(t, w, bot, qq.AnswerFriendRequest{InitiatorUID: uidOf(dora), Approve: true, Remark: "D"})
}

func TestReopenAfterClose(t *testing.T) {
	for name, every := range map[string]int{"one journal": 0, "many snapshots": 7} {
		t.Run(name, func(t *testing.T) {
			opt := Options{Dir: t.TempDir(), Sync: time.Millisecond, SnapshotEvery: every}
			w := openWorld(t, opt)
			busy(t, w)
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			again := openWorld(t, opt)
			sameState(t, again.st, w.st)
			if again.st.Record != w.st.Record {
				t.Errorf("record %d after %d", again.st.Record, w.st.Record)
			}
			do(t, again, alice, inGroup("goes on"))
		})
	}
}

// TestReopenFromJournalAlone leaves the snapshot out, so that every kind of
// record is read back.
func TestReopenFromJournalAlone(t *testing.T) {
	dir := t.TempDir()
	w := openWorld(t, Options{Dir: dir})
	busy(t, w)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	names, err := filepath.Glob(filepath.Join(dir, snapshotPrefix+"*"))
	if err != nil || len(names) != 1 {
		t.Fatalf("snapshots %v, %v", names, err)
	}
	if err := os.Remove(names[0]); err != nil {
		t.Fatal(err)
	}
	sameState(t, openWorld(t, Options{Dir: dir}).st, w.st)
}

func TestDamagedSnapshotFallsBack(t *testing.T) {
	dir := t.TempDir()
	w := openWorld(t, Options{Dir: dir})
	busy(t, w)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	name := newestFile(t, dir, snapshotPrefix)
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	text[len(text)/2] ^= 1
	if err := os.WriteFile(name, text, 0o600); err != nil {
		t.Fatal(err)
	}
	sameState(t, openWorld(t, Options{Dir: dir}).st, w.st)
}

func newestFile(t *testing.T, dir, prefix string) string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, prefix+"*"))
	if err != nil || len(names) == 0 {
		t.Fatalf("%s: %v", prefix, err)
	}
	return names[len(names)-1]
}

// copyDir is what a kill leaves: the files as they are at this moment. A copy
// during which an old file was removed is made again.
func copyDir(t *testing.T, dir string) string {
	t.Helper()
	for {
		to := filepath.Join(t.TempDir(), "world")
		err := os.CopyFS(to, os.DirFS(dir))
		if err == nil {
			return to
		}
		if !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
	}
}

func TestKill(t *testing.T) {
	for name, tail := range map[string]string{
		"clean end":     "",
		"torn line":     "0123abcd {\"n\":99999999999999999,\"t\":1,\"v\":1,\"k\":\"sa",
		"garbage":       "\x00\x00\x00\x00\x00\x00\x00\n\x00\x00",
		"wrong sum":     "00000000 {\"n\":99999999999999999,\"t\":1,\"v\":1,\"k\":\"closed\",\"d\":{}}\n",
		"garbage lines": "hello\nworld\n",
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			w := openWorld(t, Options{Dir: dir, Sync: time.Millisecond})
			busy(t, w)
			if err := w.synced(context.Background(), w.st.Record); err != nil {
				t.Fatal(err)
			}
			left := copyDir(t, dir)
			file, err := os.OpenFile(newestFile(t, left, journalPrefix), os.O_APPEND|os.O_WRONLY, 0)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := file.WriteString(tail); err != nil {
				t.Fatal(err)
			}
			if err := file.Close(); err != nil {
				t.Fatal(err)
			}
			var log bytes.Buffer
			again := openWorld(t, Options{Dir: left, Logger: slog.New(slog.NewTextHandler(&log, nil))})
			if cut := strings.Contains(log.String(), "cut off"); cut != (tail != "") {
				t.Errorf("log says: %s", log.String())
			}
			want := *w.st
			(&recovered{Skip: skippedSeqs}).apply(&want, 0, nobody())
			sameState(t, again.st, &want)
			if again.st.Record < w.st.Record+skippedRecords {
				t.Errorf("record %d after a kill at %d: a number could be given twice", again.st.Record, w.st.Record)
			}
			sent := do(t, again, alice, inGroup("goes on"))
			if sent.Seq <= 21+skippedSeqs {
				t.Errorf("seq %d may have been seen before", sent.Seq)
			}
			if err := again.Close(); err != nil {
				t.Fatal(err)
			}
			sameState(t, openWorld(t, Options{Dir: left}).st, again.st)
		})
	}
}

func TestSayIsOnDiskWhenItAnswers(t *testing.T) {
	dir := t.TempDir()
	w := openWorld(t, Options{Dir: dir})
	for i := range 5 {
		res, err := w.Say(context.Background(), Say{As: alice, Group: home, Text: "{{seq}}", From: i * 10, Count: 10})
		if err != nil || res.Accepted != 10 {
			t.Fatalf("%+v, %v", res, err)
		}
		again := openWorld(t, Options{Dir: copyDir(t, dir)})
		h := do(t, again, bot, qq.GetHistory{Chat: qq.GroupChat(home), Count: 1})
		if text := h.Messages[0].Segments.PlainText(); text != fmt.Sprint(i*10+9) {
			t.Fatalf("after message %d was acknowledged, the newest on disk is %q", i*10+9, text)
		}
	}
}

func TestDamageInTheMiddleIsRefused(t *testing.T) {
	dir := t.TempDir()
	w := openWorld(t, Options{Dir: dir, SnapshotEvery: 5, Sync: time.Millisecond})
	for i := range 20 {
		do(t, w, alice, inGroup(fmt.Sprint(i)))
		if err := w.synced(context.Background(), w.st.Record); err != nil {
			t.Fatal(err)
		}
	}
	left := copyDir(t, dir)
	snapshots, err := filepath.Glob(filepath.Join(left, snapshotPrefix+"*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range snapshots[1:] {
		if err := os.Remove(name); err != nil {
			t.Fatal(err)
		}
	}
	journals, err := filepath.Glob(filepath.Join(left, journalPrefix+"*"))
	if err != nil || len(journals) < 3 {
		t.Fatalf("journals %v, %v", journals, err)
	}
	if err := os.WriteFile(journals[1], []byte("rubbish\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if w, err := Open(Options{Dir: left}); err == nil {
		t.Errorf("a world with a hole was opened: %v", w.Close())
	} else if !strings.Contains(err.Error(), journals[1]) {
		t.Errorf("the error names no file: %v", err)
	}
}

func TestOldFilesGo(t *testing.T) {
	dir := t.TempDir()
	for i := range 2 * keptSnapshots {
		w := openWorld(t, Options{Dir: dir})
		do(t, w, alice, inGroup(fmt.Sprint(i)))
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	f := &folder{path: dir}
	snapshots, err := f.numbers(snapshotPrefix)
	if err != nil || len(snapshots) != keptSnapshots {
		t.Errorf("snapshots %v, %v", snapshots, err)
	}
	journals, err := f.numbers(journalPrefix)
	if err != nil || len(journals) > keptSnapshots+1 || journals[0] > snapshots[0]+1 {
		t.Errorf("journals %v from %v on, %v", journals, snapshots[0], err)
	}
}

func TestDiskFailureRefusesChanges(t *testing.T) {
	w := openWorld(t, Options{Dir: t.TempDir(), Sync: time.Millisecond})
	w.journal.fail(os.ErrPermission)
	refused(t, w, alice, inGroup("lost"), qq.ErrInternal)
	if h := do(t, w, bot, qq.GetHistory{Chat: qq.GroupChat(home), Count: 1}); len(h.Messages) != 0 {
		t.Error("what was refused has happened")
	}
	w.journal.mu.Lock()
	w.journal.err = nil
	w.journal.mu.Unlock()
}
