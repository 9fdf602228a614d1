package milky

import (
	"context"
	"errors"

	"llbot/protocols/qq"
)

// serveMessages serves speaking and taking back.
func (c *Client) serveMessages(h *qq.Handlers) {
	qq.Serve(h, c.send)
	qq.Serve(h, c.forwardMessage)
	qq.Serve(h, c.recall)
	qq.Serve(h, c.uploadFile)
	tell(c, h, "send_group_message_reaction", func(op qq.React) (reaction, error) {
		if op.Ref.Scene != qq.SceneGroup {
			return reaction{}, qq.Errorf(qq.ErrInvalid, "reactions are for messages of groups")
		}
		return reaction{op.Ref.Peer, op.Ref.Seq, op.Emoji.ID, op.Emoji.Kind.String(), op.On}, nil
	})
}

// reaction is the parameters of send_group_message_reaction.
type reaction struct {
	Group int64  `json:"group_id"`
	Seq   int64  `json:"message_seq"`
	Emoji string `json:"reaction"`
	Kind  string `json:"reaction_type"`
	On    bool   `json:"is_add"`
}

// said is the parameters of both APIs that send.
type said struct {
	Group   int64     `json:"group_id,omitempty"`
	User    int64     `json:"user_id,omitempty"`
	Message []Segment `json:"message"`
}

// send speaks. A message that is nothing but a file goes by the APIs of files.
func (c *Client) send(ctx context.Context, op qq.SendMessage) (*qq.Sent, error) {
	if err := qq.CheckContent(op.Segments); err != nil {
		return nil, err
	}
	if f := loneFile(op.Segments); f != nil {
		up, err := c.uploadFile(ctx, qq.UploadFile{Chat: op.Chat, Folder: f.Folder, File: &f.Media})
		if err != nil {
			return nil, err
		}
		return &qq.Sent{MessageRef: up.MessageRef, Time: up.Time}, nil
	}
	content := op.Segments.Clone()
	if err := c.prepare(ctx, content); err != nil {
		return nil, err
	}
	chat := op.Chat
	params, api := said{Group: chat.Peer, Message: EncodeOutgoing(content)}, "send_group_message"
	if chat.Scene != qq.SceneGroup {
		params, api = said{User: chat.Peer, Message: params.Message}, "send_private_message"
	}
	s, err := get[sent](ctx, c, api, params)
	if err != nil {
		return nil, err
	}
	if chat.Scene == qq.SceneFriend && c.isStranger(ctx, chat.User()) {
		chat.Scene = qq.SceneTemp
	}
	out := &qq.Sent{MessageRef: qq.MessageRef{Chat: chat, Seq: s.Seq}, Time: instantOf(s.Time)}
	if holdsForward(op.Segments) {
		out.Forward = c.forwardOf(ctx, out.MessageRef)
	}
	return out, nil
}

func holdsForward(content qq.Segments) bool {
	for _, seg := range content {
		if _, ok := seg.(*qq.Forward); ok {
			return true
		}
	}
	return false
}

// forwardOf is the id of the set that a message shows, "" when it is not told.
func (c *Client) forwardOf(ctx context.Context, ref qq.MessageRef) qq.ForwardID {
	m, err := c.message(ctx, qq.GetMessage{Ref: ref})
	if err != nil {
		return ""
	}
	for _, seg := range m.Segments {
		if f, ok := seg.(*qq.Forward); ok {
			return f.ID
		}
	}
	return ""
}

func loneFile(content qq.Segments) *qq.File {
	if len(content) != 1 {
		return nil
	}
	f, _ := content[0].(*qq.File)
	return f
}

// isStranger tells whether a private chat is a temporary one. It is asked when
// the message has been sent: an answer that does not come makes it a friend's.
func (c *Client) isStranger(ctx context.Context, user qq.UserID) bool {
	_, err := get[friendInfo](ctx, c, "get_friend_info", getFriendInfo{uin(user), given(false)})
	return errors.Is(err, qq.ErrNotFound)
}

// prepare makes content that the server can read: stored messages in forwards
// are looked up, since Milky cannot name them there, and blobs are uploaded.
func (c *Client) prepare(ctx context.Context, content qq.Segments) error {
	for _, seg := range content {
		f, ok := seg.(*qq.Forward)
		if !ok {
			continue
		}
		for i, n := range f.Nodes {
			if n == nil {
				continue
			}
			if n.Ref != nil {
				stored, err := c.stored(ctx, *n.Ref)
				if err != nil {
					return err
				}
				f.Nodes[i] = stored
				continue
			}
			if err := c.prepare(ctx, n.Segments); err != nil {
				return err
			}
		}
	}
	if err := Sendable(content); err != nil {
		return err
	}
	return content.EachMedia(func(m *qq.Media) (err error) {
		m.URI, err = c.Upload(m)
		return err
	})
}

// stored is a message as a node of a forward.
func (c *Client) stored(ctx context.Context, ref qq.MessageRef) (*qq.ForwardNode, error) {
	m, err := c.message(ctx, qq.GetMessage{Ref: ref})
	if err != nil {
		return nil, err
	}
	name := m.Nickname
	if m.Member != nil {
		name = m.Member.Name()
	}
	return &qq.ForwardNode{Sender: m.Sender, Name: name, Time: m.Time, Segments: withoutQuotes(m.Segments)}, nil
}

// withoutQuotes is content for another place, where its quotes lead nowhere.
func withoutQuotes(content qq.Segments) qq.Segments {
	out := qq.Segments{}
	for _, seg := range content {
		if _, quote := seg.(*qq.Reply); !quote {
			out = append(out, seg)
		}
	}
	return out
}

// forwardMessage says what a message says once more: Milky has no API for it.
func (c *Client) forwardMessage(ctx context.Context, op qq.ForwardMessage) (*qq.Sent, error) {
	m, err := c.message(ctx, qq.GetMessage{Ref: op.Ref})
	if err != nil {
		return nil, err
	}
	return c.send(ctx, qq.SendMessage{Chat: op.To, Segments: withoutQuotes(m.Segments)})
}

func (c *Client) recall(ctx context.Context, op qq.RecallMessage) (qq.None, error) {
	var err error
	if op.Ref.Scene == qq.SceneGroup {
		_, err = get[none](ctx, c, "recall_group_message", recallGroupMessage{uin(op.Ref.Peer), whole(op.Ref.Seq)})
	} else {
		_, err = get[none](ctx, c, "recall_private_message", privateMessageRef{uin(op.Ref.Peer), whole(op.Ref.Seq)})
	}
	return qq.None{}, err
}

// uploadFile puts a file into a chat, and looks for the message that shows it,
// which the answer does not name.
func (c *Client) uploadFile(ctx context.Context, op qq.UploadFile) (*qq.Upload, error) {
	u, err := c.upload(op.File)
	if err != nil {
		return nil, err
	}
	var id uploaded
	switch op.Chat.Scene {
	case qq.SceneGroup:
		folder := given(string(named(op.Folder)))
		id, err = get[uploaded](ctx, c, "upload_group_file", uploadGroupFile{uin(op.Chat.Peer), folder, u, op.File.Name})
	default:
		id, err = get[uploaded](ctx, c, "upload_private_file", uploadPrivateFile{uin(op.Chat.Peer), u, op.File.Name})
	}
	if err != nil {
		return nil, err
	}
	up := &qq.Upload{MessageRef: qq.MessageRef{Chat: op.Chat}, File: id.FileID}
	if m := c.Showing(ctx, op.Chat, id.FileID); m != nil {
		up.MessageRef, up.Time = m.MessageRef, m.Time
	}
	return up, nil
}

// Showing is the message of a chat that shows a file, among the last ones; nil
// when there is none.
func (c *Client) Showing(ctx context.Context, chat qq.Chat, file qq.FileID) *qq.Message {
	page, err := c.page(ctx, chat, 0, 20)
	if err != nil {
		return nil
	}
	for i := len(page.Messages) - 1; i >= 0; i-- {
		for _, seg := range page.Messages[i].Segments {
			if f, ok := seg.(*qq.File); ok && f.FileID == file {
				return page.Messages[i]
			}
		}
	}
	return nil
}
