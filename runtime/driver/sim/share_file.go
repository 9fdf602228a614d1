package sim

import (
	"crypto/sha1"
	"encoding/hex"
	"strconv"
	"strings"

	"llbot/protocols/qq"
)

// file is a file as it is said: what the media store knows of it, under the
// name that its sender gives it.
func (w *World) file(seg *qq.File) (qq.Segment, error) {
	known, ok := w.opt.Blobs.Stat(seg.ID)
	if !ok {
		return nil, qq.Errorf(qq.ErrMedia, "there is no file %q", seg.ID)
	}
	f := &qq.File{Media: known, Folder: seg.Folder}
	f.ID, f.URI, f.URL = seg.ID, "", ""
	for _, name := range []string{string(seg.ID), known.Name, seg.Name} {
		if name != "" {
			f.Name = clean(name)
		}
	}
	return f, checkFileName(f.Name, qq.MaxFileName)
}

// checkFileName refuses what QQ takes for no name of a file or folder.
func checkFileName(name string, limit int) error {
	switch {
	case strings.TrimSpace(name) == "":
		return qq.Errorf(qq.ErrInvalid, "a file or folder needs a name")
	case len(name) > limit:
		return qq.Errorf(qq.ErrInvalid, "a name of %d bytes is longer than %d", len(name), limit)
	case strings.ContainsAny(name, "\\/:*?\"<>|\n\r\x00"):
		return qq.Errorf(qq.ErrForbidden, "QQ refuses the name %q: \\ / : * ? \" < > | cannot be part of it", name)
	}
	return nil
}

// fileOf is the file that a message shows, nil for most.
func fileOf(s qq.Segments) *qq.File {
	for _, seg := range s {
		if f, ok := seg.(*qq.File); ok {
			return f
		}
	}
	return nil
}

// placeFile decides where the file of a message goes and names it.
func (st *state) placeFile(c *said, now qq.Time) error {
	f := fileOf(c.Segments)
	switch {
	case f == nil:
		return nil
	case c.Chat.group != 0:
		return st.placeInGroup(f, st.Groups[c.Chat.group], now)
	case c.Temp:
		return qq.Errorf(qq.ErrForbidden, "users %d and %d are no friends, and files go to friends only", c.Chat.low, c.Chat.high)
	case rooted(f.Folder) != qq.RootFolder:
		return qq.Errorf(qq.ErrInvalid, "private chats have no folder %q", f.Folder)
	}
	f.Folder, f.FileID, f.Hash = "", privateFileID(c.Chat, c.Seq), hashOf(f.ID)
	return nil
}

// placeInGroup: a file that is dropped into the chat, under no folder, is a
// temporary one and takes no room.
func (st *state) placeInGroup(f *qq.File, g *group, now qq.Time) error {
	folder, size := rooted(f.Folder), f.Size
	if f.Folder == "" {
		size = 0
	}
	if !g.Files.hasFolder(folder) {
		return noFolder(f.Folder, g)
	}
	f.Name = g.Files.free(folder, f.Name, now)
	f.FileID = qq.FileID("/" + st.freshID("file"))
	return g.Files.hasRoom(size, now)
}

func noFolder(id qq.FolderID, g *group) error {
	return qq.Errorf(qq.ErrNotFound, "group %d has no folder %q", g.Info.ID, id)
}

// hashOf stands for the TriSHA1 of a blob, which the world does not read: as
// long, and the same for the same bytes.
func hashOf(id qq.ResourceID) string {
	sum := sha1.Sum([]byte(id))
	return hex.EncodeToString(sum[:])
}

// privateFileID names a private file after the message that shows it: it is
// there for as long as that.
func privateFileID(k chatKey, seq int64) qq.FileID {
	return qq.FileID(string(k.append(nil)) + "." + strconv.FormatInt(seq, 10))
}

// privateFile is the message and the file that the id names, nil when there is
// none.
func (st *state) privateFile(id qq.FileID) (chatKey, *message, *qq.File) {
	var k chatKey
	chat, number, _ := strings.Cut(string(id), ".")
	seq, err := strconv.ParseInt(number, 10, 64)
	if err != nil || k.UnmarshalText([]byte(chat)) != nil || k.group != 0 {
		return k, nil, nil
	}
	m := st.find(k, seq)
	if m == nil || m.Recalled {
		return k, nil, nil
	}
	return k, m, fileOf(m.Segments)
}

// keepFile puts the file of a group's message among the group's files.
func (st *state) keepFile(c *said, f *qq.File, at qq.Time) {
	g := st.Groups[c.Chat.group]
	if g == nil {
		return
	}
	info := &qq.GroupFile{ID: f.FileID, Group: g.Info.ID, Folder: rooted(f.Folder), Name: f.Name, Size: f.Size,
		Uploaded: at, Modified: at, Uploader: c.Sender, UploadedBy: st.memberName(g, c.Sender), BusID: qq.BusGroupFile}
	if f.Folder == "" {
		info.Expires = at + qq.Time(qq.TemporaryFileLife.Milliseconds())
	}
	g.filesAt(at).put(&keptFile{Info: info, Blob: f.ID})
}

// withdrawFile takes a temporary file away with the message that showed it.
func (st *state) withdrawFile(k chatKey, m *message, at qq.Time) {
	f, g := fileOf(m.Segments), st.Groups[k.group]
	if f == nil || g == nil {
		return
	}
	if kept := g.filesAt(at).Files[f.FileID]; kept != nil && kept.temporary() {
		g.Files.drop(f.FileID)
	}
}

// uploaded is the event that goes with the message of a file.
func (v viewing) uploaded(m *qq.Message, f *qq.File) *qq.FileUploaded {
	own := *f
	own.URL = v.url(f.ID)
	return &qq.FileUploaded{MessageRef: m.MessageRef, User: m.Sender, File: own, Self: m.Self}
}

// showFile adds the link to a file in a message, while the file is there.
func (v viewing) showFile(f *qq.File, k chatKey) {
	g := v.Groups[k.group]
	if g == nil || f.FileID == "" || g.Files.file(f.FileID, v.now) != nil {
		f.URL = v.url(f.ID)
	}
}
