package sim

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"llbot/protocols/qq"
)

// fileBlobs are blobs of several kinds and sizes.
func fileBlobs() blobs {
	b := testBlobs()
	b["doc"] = qq.Media{ID: "doc", MIME: "text/plain", Size: 10}
	b["clip"] = qq.Media{ID: "clip", MIME: "video/mp4", Size: 20}
	b["huge"] = qq.Media{ID: "huge", Name: "huge.bin", Size: qq.GroupFileSpace - 5}
	return b
}

// filedWorld is the ruled world with a folder, a permanent file "b.txt" of
// Bob's in the root and a temporary one "t.txt" of his.
func filedWorld(t *testing.T, c *clock) (w *World, folder qq.FolderID, kept, dropped qq.FileID) {
	w = ruledWorld(t, c)
	w.opt.Blobs = fileBlobs()
	w.out.link = w.opt.Blobs.Link
	folder = do(t, w, alice, qq.CreateFolder{Group: home, Name: "books"}).ID
	kept = do(t, w, bob, upload("b.txt")).File
	do(t, w, bob, dropFile("t.txt"))
	for _, f := range rootFiles(t, w) {
		if f.Expires != 0 {
			dropped = f.ID
		}
	}
	return w, folder, kept, dropped
}

func upload(name string) qq.UploadFile {
	return qq.UploadFile{Chat: qq.GroupChat(home), File: &qq.Media{ID: "doc", Name: name}}
}

func dropFile(name string) qq.SendMessage {
	return qq.SendMessage{Chat: qq.GroupChat(home), Segments: qq.Segments{&qq.File{Media: qq.Media{ID: "doc", Name: name}}}}
}

func rootFiles(t *testing.T, w *World) []*qq.GroupFile {
	t.Helper()
	return do(t, w, alice, qq.ListFiles{Group: home}).Files
}

func namesIn(t *testing.T, w *World, folder qq.FolderID) string {
	t.Helper()
	var names []string
	for _, f := range do(t, w, alice, qq.ListFiles{Group: home, Folder: folder}).Files {
		names = append(names, f.Name)
	}
	return strings.Join(names, " ")
}

// TestFileRights is every operation on files of a group by every role.
func TestFileRights(t *testing.T) {
	type ids struct {
		folder        qq.FolderID
		kept, dropped qq.FileID
	}
	everybody := []qq.UserID{alice, bot, bob, carol, eve}
	for name, c := range map[string]struct {
		op   func(ids) qq.Operation
		want []error // of owner, admin, uploader, member, stranger
	}{
		"upload":    {func(ids) qq.Operation { return upload("x") }, []error{nil, nil, nil, nil, qq.ErrNotFound}},
		"into":      {func(i ids) qq.Operation { op := upload("x"); op.Folder = i.folder; return op }, []error{nil, nil, nil, nil, qq.ErrNotFound}},
		"nowhere":   {func(ids) qq.Operation { op := upload("x"); op.Folder = "/no"; return op }, []error{qq.ErrNotFound, qq.ErrNotFound, qq.ErrNotFound, qq.ErrNotFound, qq.ErrNotFound}},
		"drop":      {func(ids) qq.Operation { return dropFile("x") }, []error{nil, nil, nil, nil, qq.ErrNotFound}},
		"link":      {func(i ids) qq.Operation { return qq.GetFileLink{Chat: qq.GroupChat(home), File: i.kept} }, []error{nil, nil, nil, nil, qq.ErrNotFound}},
		"no link":   {func(i ids) qq.Operation { return qq.GetFileLink{Chat: qq.GroupChat(home), File: "/no"} }, []error{qq.ErrNotFound, qq.ErrNotFound, qq.ErrNotFound, qq.ErrNotFound, qq.ErrNotFound}},
		"list":      {func(i ids) qq.Operation { return qq.ListFiles{Group: home, Folder: i.folder} }, []error{nil, nil, nil, nil, qq.ErrNotFound}},
		"list none": {func(i ids) qq.Operation { return qq.ListFiles{Group: home, Folder: "/no"} }, []error{qq.ErrNotFound, qq.ErrNotFound, qq.ErrNotFound, qq.ErrNotFound, qq.ErrNotFound}},
		"space":     {func(i ids) qq.Operation { return qq.GetFileSpace{Group: home} }, []error{nil, nil, nil, nil, qq.ErrNotFound}},
		"move":      {func(i ids) qq.Operation { return qq.MoveFile{Group: home, File: i.kept, To: i.folder} }, []error{nil, nil, nil, qq.ErrForbidden, qq.ErrNotFound}},
		"move here": {func(i ids) qq.Operation { return qq.MoveFile{Group: home, File: i.kept, To: "/"} }, []error{qq.ErrConflict, qq.ErrConflict, qq.ErrConflict, qq.ErrForbidden, qq.ErrNotFound}},
		"move from": {func(i ids) qq.Operation { return qq.MoveFile{Group: home, File: i.kept, From: i.folder, To: "/"} }, []error{qq.ErrNotFound, qq.ErrNotFound, qq.ErrNotFound, qq.ErrForbidden, qq.ErrNotFound}},
		"rename":    {func(i ids) qq.Operation { return qq.RenameFile{Group: home, File: i.kept, Name: "n"} }, []error{nil, nil, nil, qq.ErrForbidden, qq.ErrNotFound}},
		"name used": {func(i ids) qq.Operation { return qq.RenameFile{Group: home, File: i.kept, Name: "t.txt"} }, []error{qq.ErrConflict, qq.ErrConflict, qq.ErrConflict, qq.ErrForbidden, qq.ErrNotFound}},
		"name bad":  {func(i ids) qq.Operation { return qq.RenameFile{Group: home, File: i.kept, Name: "a/b"} }, []error{qq.ErrForbidden, qq.ErrForbidden, qq.ErrForbidden, qq.ErrForbidden, qq.ErrNotFound}},
		"name long": {func(i ids) qq.Operation {
			return qq.RenameFile{Group: home, File: i.kept, Name: strings.Repeat("x", 251)}
		}, []error{qq.ErrInvalid, qq.ErrInvalid, qq.ErrInvalid, qq.ErrForbidden, qq.ErrNotFound}},
		"delete":    {func(i ids) qq.Operation { return qq.DeleteFile{Group: home, File: i.kept} }, []error{nil, nil, nil, qq.ErrForbidden, qq.ErrNotFound}},
		"persist":   {func(i ids) qq.Operation { return qq.PersistFile{Group: home, File: i.dropped} }, []error{nil, nil, nil, qq.ErrForbidden, qq.ErrNotFound}},
		"is kept":   {func(i ids) qq.Operation { return qq.PersistFile{Group: home, File: i.kept} }, []error{qq.ErrConflict, qq.ErrConflict, qq.ErrConflict, qq.ErrForbidden, qq.ErrNotFound}},
		"folder":    {func(i ids) qq.Operation { return qq.CreateFolder{Group: home, Name: "n"} }, []error{nil, nil, qq.ErrForbidden, qq.ErrForbidden, qq.ErrNotFound}},
		"twice":     {func(i ids) qq.Operation { return qq.CreateFolder{Group: home, Name: "books"} }, []error{qq.ErrConflict, qq.ErrConflict, qq.ErrForbidden, qq.ErrForbidden, qq.ErrNotFound}},
		"refolder":  {func(i ids) qq.Operation { return qq.RenameFolder{Group: home, Folder: i.folder, Name: "n"} }, []error{nil, nil, qq.ErrForbidden, qq.ErrForbidden, qq.ErrNotFound}},
		"no folder": {func(i ids) qq.Operation { return qq.RenameFolder{Group: home, Folder: "/no", Name: "n"} }, []error{qq.ErrNotFound, qq.ErrNotFound, qq.ErrNotFound, qq.ErrNotFound, qq.ErrNotFound}},
		"unfolder":  {func(i ids) qq.Operation { return qq.DeleteFolder{Group: home, Folder: i.folder} }, []error{nil, nil, qq.ErrForbidden, qq.ErrForbidden, qq.ErrNotFound}},
		"root":      {func(i ids) qq.Operation { return qq.DeleteFolder{Group: home, Folder: "/"} }, []error{qq.ErrNotFound, qq.ErrNotFound, qq.ErrNotFound, qq.ErrNotFound, qq.ErrNotFound}},
	} {
		t.Run(name, func(t *testing.T) {
			for i, as := range everybody {
				w, folder, kept, dropped := filedWorld(t, newClock())
				before := stateText(t, w.st)
				op := c.op(ids{folder, kept, dropped})
				if c.want[i] == nil {
					if _, err := w.Do(context.Background(), as, op); err != nil {
						t.Errorf("as %d: %v", as, err)
					}
					continue
				}
				refused(t, w, as, op, c.want[i])
				if after := stateText(t, w.st); !cmp.Equal(before, after) {
					t.Errorf("as %d: a refusal changed the world", as)
				}
			}
		})
	}
}

func TestUploadIsAMessageAndAnEvent(t *testing.T) {
	c := newClock()
	w, folder, _, _ := filedWorld(t, c)
	for _, u := range []qq.UserID{bot, bob} {
		driverOf(t, w, u)
		pending(w, u)
	}
	op := upload("a.txt")
	op.Folder = folder
	up := do(t, w, bob, op)
	for _, u := range []qq.UserID{bot, bob} {
		got := pending(w, u)
		if len(got) != 2 {
			t.Fatalf("user %d is told %v", u, got)
		}
		file := qq.File{Media: qq.Media{ID: "doc", Name: "a.txt", MIME: "text/plain", Size: 10, URL: "http://media/doc"}, FileID: up.File, Folder: folder}
		said := got[0].(*qq.MessageReceived)
		if d := cmp.Diff(qq.Segments{&file}, said.Segments); d != "" || said.MessageRef != up.MessageRef {
			t.Errorf("message %v\n%s", said.MessageRef, d)
		}
		want := &qq.FileUploaded{MessageRef: up.MessageRef, User: bob, File: file, Self: u == bob}
		if d := cmp.Diff(qq.Event(want), got[1]); d != "" {
			t.Errorf("user %d (-want +got)\n%s", u, d)
		}
	}
	list := do(t, w, alice, qq.ListFiles{Group: home, Folder: folder})
	now := qq.TimeOf(c.Now())
	want := []*qq.GroupFile{{ID: up.File, Group: home, Folder: folder, Name: "a.txt", Size: 10, Uploaded: now, Modified: now,
		Uploader: bob, UploadedBy: "Bob", BusID: qq.BusGroupFile}}
	if d := cmp.Diff(want, list.Files); d != "" {
		t.Error(d)
	}
	if f := do(t, w, alice, qq.ListFiles{Group: home}).Folders; len(f) != 1 || f[0].Files != 1 || f[0].Name != "books" {
		t.Errorf("folders %+v", f)
	}
}

func TestFileNamesAndFolders(t *testing.T) {
	w, folder, kept, _ := filedWorld(t, newClock())
	do(t, w, carol, upload("b.txt"))
	do(t, w, carol, upload("b.txt"))
	if got := namesIn(t, w, "/"); got != "b(1).txt b(2).txt b.txt t.txt" {
		t.Errorf("names %s", got)
	}
	op := upload("b.txt")
	op.Folder = folder
	do(t, w, carol, op)
	refused(t, w, bob, qq.MoveFile{Group: home, File: kept, To: folder}, qq.ErrConflict)
	do(t, w, bob, qq.RenameFile{Group: home, File: kept, Name: "c.txt", Folder: "/"})
	do(t, w, bob, qq.MoveFile{Group: home, File: kept, From: "/", To: folder})
	if got := namesIn(t, w, folder); got != "b.txt c.txt" {
		t.Errorf("in the folder: %s", got)
	}
	do(t, w, bot, qq.RenameFolder{Group: home, Folder: folder, Name: "papers"})
	if f := do(t, w, bob, qq.ListFiles{Group: home}).Folders[0]; f.Name != "papers" || f.Modifier != bot || f.ModifiedBy != "LLBot" {
		t.Errorf("folder %+v", f)
	}
	do(t, w, bot, qq.DeleteFolder{Group: home, Folder: folder})
	refused(t, w, bob, qq.GetFileLink{Chat: qq.GroupChat(home), File: kept}, qq.ErrNotFound)
	if s := do(t, w, bob, qq.GetFileSpace{Group: home}); s.Files != 3 || s.Used != 20 || s.Total != qq.GroupFileSpace || s.MaxFiles != qq.MaxGroupFiles {
		t.Errorf("space %+v", s)
	}
	for _, name := range []string{"", " ", strings.Repeat("字", 17)} {
		refused(t, w, bot, qq.CreateFolder{Group: home, Name: name}, qq.ErrInvalid)
	}
	for i := range qq.MaxFolders {
		do(t, w, bot, qq.CreateFolder{Group: home, Name: strings.Repeat("i", i%40+1) + string(rune('a'+i/40))})
	}
	refused(t, w, bot, qq.CreateFolder{Group: home, Name: "one more"}, qq.ErrForbidden)
}

func TestFileSpaceRunsOut(t *testing.T) {
	w, _, _, dropped := filedWorld(t, newClock())
	big := upload("big")
	big.File.ID = "huge"
	refused(t, w, bob, big, qq.ErrForbidden) // ten bytes are used
	gone := do(t, w, alice, qq.ListFiles{Group: home}).Files[0].ID
	do(t, w, bob, qq.DeleteFile{Group: home, File: gone})
	do(t, w, bob, big)
	refused(t, w, bob, upload("more"), qq.ErrForbidden)
	refused(t, w, bob, qq.PersistFile{Group: home, File: dropped}, qq.ErrForbidden)
	do(t, w, bob, dropFile("temporary ones take no room"))
}

func TestTemporaryFiles(t *testing.T) {
	c := newClock()
	w, _, _, dropped := filedWorld(t, c)
	sent := do(t, w, carol, dropFile("other"))
	c.add(qq.TemporaryFileLife - time.Second)
	do(t, w, bob, qq.PersistFile{Group: home, File: dropped})
	if got := namesIn(t, w, ""); got != "b.txt other t.txt" {
		t.Errorf("before they expire: %s", got)
	}
	c.add(time.Second)
	if got := namesIn(t, w, ""); got != "b.txt t.txt" {
		t.Errorf("after: %s", got)
	}
	do(t, w, carol, dropFile("other")) // its name is free again
	if got := namesIn(t, w, ""); got != "b.txt other t.txt" || len(w.st.Groups[home].Files.Files) != 3 {
		t.Errorf("again: %s", got)
	}
	m := do(t, w, bot, qq.GetMessage{Ref: sent.MessageRef})
	if f := m.Segments[0].(*qq.File); f.URL != "" {
		t.Errorf("an expired file has the link %s", f.URL)
	}
	again := do(t, w, carol, dropFile("regretted"))
	do(t, w, carol, qq.RecallMessage{Ref: again.MessageRef})
	if got := namesIn(t, w, ""); got != "b.txt other t.txt" {
		t.Errorf("recalled: %s", got)
	}
}

func TestFileLinksAndDownloads(t *testing.T) {
	w, _, kept, _ := filedWorld(t, newClock())
	for range 3 {
		if link := do(t, w, carol, qq.GetFileLink{Chat: qq.GroupChat(home), File: kept}); link != "http://media/doc" {
			t.Errorf("link %q", link)
		}
	}
	if f := rootFiles(t, w)[0]; f.Downloads != 3 {
		t.Errorf("%d downloads", f.Downloads)
	}
}

func TestPrivateFiles(t *testing.T) {
	c := newClock()
	w, _, _, _ := filedWorld(t, c)
	op := qq.UploadFile{Chat: qq.FriendChat(alice), File: &qq.Media{ID: "doc", Name: "p.txt"}}
	up := do(t, w, bot, op)
	f := do(t, w, alice, qq.GetHistory{Chat: qq.FriendChat(bot), Count: 1}).Messages[0].Segments[0].(*qq.File)
	if f.FileID != up.File || len(f.Hash) != 40 || f.Name != "p.txt" || f.Size != 10 || up.Chat != op.Chat {
		t.Errorf("file %+v, upload %+v", f, up)
	}
	ask := qq.GetFileLink{Chat: qq.FriendChat(0), File: up.File, Hash: f.Hash}
	for _, u := range []qq.UserID{bot, alice} {
		if link := do(t, w, u, ask); link != "http://media/doc" {
			t.Errorf("link %q", link)
		}
	}
	refused(t, w, bob, ask, qq.ErrNotFound)
	wrong := ask
	wrong.Hash = "00"
	refused(t, w, bot, wrong, qq.ErrNotFound)
	wrong = ask
	wrong.Chat = qq.FriendChat(bob)
	refused(t, w, bot, wrong, qq.ErrNotFound)
	wrong.File = "nonsense"
	refused(t, w, bot, wrong, qq.ErrNotFound)
	op.Folder = "/x"
	refused(t, w, bot, op, qq.ErrInvalid)
	refused(t, w, bot, qq.UploadFile{Chat: qq.FriendChat(carol), File: op.File}, qq.ErrForbidden)
	refused(t, w, bot, qq.UploadFile{Chat: qq.FriendChat(alice)}, qq.ErrInvalid)
	refused(t, w, bot, qq.UploadFile{Chat: qq.FriendChat(alice), File: &qq.Media{ID: "no"}}, qq.ErrMedia)
	c.add(qq.TemporaryFileLife)
	refused(t, w, bot, ask, qq.ErrNotFound)
}

func TestMutedCannotUpload(t *testing.T) {
	w, _, _, _ := filedWorld(t, newClock())
	do(t, w, alice, qq.MuteMember{Group: home, Member: bob, For: time.Hour})
	refused(t, w, bob, upload("x"), qq.ErrMuted)
}

// TestFilesSurvive reads files, transfers and albums from a snapshot, and from
// the journal alone.
func TestFilesSurvive(t *testing.T) {
	for name, every := range map[string]int{"journal": 0, "snapshots": 3} {
		t.Run(name, func(t *testing.T) {
			opt := Options{Dir: t.TempDir(), SnapshotEvery: every, Sync: time.Millisecond, Blobs: fileBlobs(), Now: newClock().Now}
			w := openWorld(t, opt)
			folder := do(t, w, alice, qq.CreateFolder{Group: home, Name: "books"}).ID
			up := do(t, w, bob, upload("a.txt"))
			do(t, w, bob, qq.MoveFile{Group: home, File: up.File, To: folder})
			do(t, w, bob, qq.RenameFile{Group: home, File: up.File, Name: "b.txt"})
			do(t, w, bob, qq.GetFileLink{Chat: qq.GroupChat(home), File: up.File})
			do(t, w, bot, qq.RenameFolder{Group: home, Folder: folder, Name: "papers"})
			do(t, w, bob, dropFile("c.txt"))
			album := do(t, w, bob, qq.CreateAlbum{Group: home, Name: "n"})
			media := do(t, w, bob, addTo(album.ID, "pic")).Media[0].ID
			do(t, w, bot, qq.LikeAlbumMedia{Group: home, Album: album.ID, Media: media, On: true})
			do(t, w, bot, qq.CommentAlbumMedia{Group: home, Album: album.ID, Media: media, Text: "!"})
			set := do(t, w, bob, qq.UploadFlash{Files: []*qq.Media{{ID: "doc"}}})
			do(t, w, bot, qq.ReshareFlash{ID: set.ID})
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			if every == 0 {
				if err := os.Remove(newestFile(t, opt.Dir, snapshotPrefix)); err != nil {
					t.Fatal(err)
				}
			}
			again := openWorld(t, opt)
			sameState(t, again.st, w.st)
			other := upload("b.txt") // the names are known again
			other.Folder = folder
			do(t, again, carol, other)
			if got := namesIn(t, again, folder); got != "b(1).txt b.txt" {
				t.Errorf("names %s", got)
			}
		})
	}
}
