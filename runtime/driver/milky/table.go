package milky

import (
	"context"
	"strings"

	"llbot/protocols/qq"
	"llbot/runtime/driver/upstream"
)

// table is what Milky carries, and why it does not carry the rest.
func (p *protocol) table() *upstream.Table {
	t := upstream.NewTable()
	p.client.Serve(&p.plain)
	p.client.Serve(&t.Handlers)
	qq.Serve(&t.Handlers, p.renewLink)
	qq.Serve(&t.Handlers, p.findMedia)
	qq.Serve(&t.Handlers, p.fileLink)
	for reason, ops := range reasons() {
		t.Cannot(reason, ops...)
	}
	return t
}

// renewLink answers a link to what our own store holds, and asks for the rest.
func (p *protocol) renewLink(ctx context.Context, op qq.RenewLink) (string, error) {
	if url := p.ours(op.Resource); url != "" {
		return url, nil
	}
	v, err := p.plain.Do(ctx, op)
	url, _ := v.(string)
	return url, err
}

// ours is a link to a blob of our own store, "" when it is none.
func (p *protocol) ours(id qq.ResourceID) string {
	if p.o.Blobs == nil {
		return ""
	}
	if _, ok := p.o.Blobs.Stat(id); !ok {
		return ""
	}
	return p.o.Blobs.Link(id)
}

// findMedia finds blobs by their ids: Milky has no names for them.
func (p *protocol) findMedia(ctx context.Context, op qq.FindMedia) (*qq.Media, error) {
	id := qq.ResourceID(op.Name)
	if url := p.ours(id); url != "" {
		m, _ := p.o.Blobs.Stat(id)
		m.ID, m.URL = id, url
		return inFormat(&m, op.Format)
	}
	url, err := p.plain.Do(ctx, qq.RenewLink{Resource: id})
	if err != nil {
		return nil, err
	}
	link, _ := url.(string)
	return inFormat(p.o.Found(ctx, qq.Media{ID: id, URL: link, Name: op.Name}), op.Format)
}

// inFormat refuses to give a voice in another form than it has.
func inFormat(m *qq.Media, format string) (*qq.Media, error) {
	if format == "" || strings.HasSuffix(m.MIME, "/"+format) {
		return m, nil
	}
	return nil, qq.Errorf(qq.ErrMedia, "Milky converts no voices; ask for it as it is")
}

// fileLink finds the chat of a private file that is named alone, if it was told
// of over this link.
func (p *protocol) fileLink(ctx context.Context, op qq.GetFileLink) (string, error) {
	l := p.current.Load()
	if l != nil && op.Chat.Scene != qq.SceneGroup && (!op.Chat.User().Valid() || op.Hash == "") {
		if f, ok := l.files.of(op.File); ok {
			op.Chat, op.Hash, op.Own = f.ref.Chat, f.hash, f.own
		}
	}
	v, err := p.plain.Do(ctx, op)
	url, _ := v.(string)
	return url, err
}

// reasons are why Milky does not carry an operation.
func reasons() map[string][]qq.Operation {
	return map[string][]qq.Operation{
		"Milky has no API for logging in and out: that is done at the server": {
			qq.GetLoginState{}, qq.LogIn{}, qq.LogOut{},
		},
		"Milky gives out no keys of the login": {qq.GetClientKey{}, qq.GetMediaKeys{}},
		"Milky has no API for devices":         {qq.ListDevices{}, qq.ListModels{}, qq.SetModel{}},
		"Milky has no API for presence":        {qq.GetPresence{}, qq.SetPresence{}, qq.SetTyping{}},
		"Milky does not tell who liked whom":   {qq.ListLikes{}},
		"Milky cannot change how friends are listed": {
			qq.SetFriendRemark{}, qq.SetFriendCategory{}, qq.ListOneWayFriends{}, qq.DeleteOneWayFriend{},
		},
		"Milky has no list of chats":                         {qq.ListRecentChats{}, qq.MarkAllRead{}},
		"Milky does not tell who reacted":                    {qq.ListReactions{}},
		"Milky presses no buttons":                           {qq.ClickButton{}},
		"Milky reads no text in pictures and hears no words": {qq.ReadText{}, qq.TranscribeVoice{}},
		"Milky recommends no stickers":                       {qq.RecommendFaces{}},
		"Milky has no artificial voices":                     {qq.ListVoices{}, qq.MakeSpeech{}, qq.SendSpeech{}},
		"Milky makes no cards and has no tools":              {qq.GetShareCard{}, qq.MakeMiniApp{}, qq.Translate{}, qq.CheckURL{}},
		"Milky cannot change the account's own view of a group": {
			qq.SetGroupRemark{}, qq.SetGroupNotify{},
		},
		"Milky cannot change how a group is joined":     {qq.SetGroupOptions{}},
		"Milky does not tell how often all were called": {qq.GetAtAllQuota{}},
		"Milky has no sign-ins, honours and to-dos":     {qq.ClockIn{}, qq.ListSignIns{}, qq.ListHonors{}, qq.SetTodo{}},
		"Milky does not tell how much room files have":  {qq.GetFileSpace{}},
		"Milky has no flash transfers":                  {qq.GetFlash{}, qq.UploadFlash{}, qq.ReshareFlash{}, qq.DownloadFlash{}},
		"Milky has no albums": {
			qq.ListAlbums{}, qq.CreateAlbum{}, qq.DeleteAlbum{}, qq.ListAlbumMedia{}, qq.AddAlbumMedia{}, qq.DeleteAlbumMedia{},
			qq.LikeAlbumMedia{}, qq.CommentAlbumMedia{},
		},
	}
}
