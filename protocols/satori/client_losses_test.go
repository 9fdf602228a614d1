package satori

import (
	"slices"
	"strings"

	"llbot/protocols/qq"
)

// What the list of Losses says, done to a value: what is left must come through.

func lessUser(u qq.User) qq.User {
	return qq.User{ID: u.ID, Nickname: u.Nickname, Remark: u.Remark, Avatar: readAvatar(u.ID, u.Avatar)}
}

func lessFriend(f *qq.Friend) *qq.Friend {
	if f == nil {
		return nil
	}
	return &qq.Friend{User: lessUser(f.User)}
}

func lessGroup(g *qq.Group) *qq.Group {
	return &qq.Group{ID: g.ID, Name: g.Name, Avatar: g.Avatar}
}

func lessMember(m *qq.Member) *qq.Member {
	if m == nil || m.Nickname == "" {
		return nil
	}
	out := &qq.Member{Group: m.Group, User: m.User, Nickname: m.Nickname, Card: m.Card, Title: m.Title, Joined: m.Joined, Role: m.Role, Robot: m.Robot && !m.User.Robot()}
	if out.Card == out.Nickname {
		out.Card = ""
	}
	return out
}

func lessMessage(account qq.UserID, m qq.Message) qq.Message {
	out := qq.Message{
		MessageRef: lessRef(m.MessageRef), Time: m.Time, Sender: m.Sender, Nickname: m.Nickname, Self: m.Sender == account,
		Segments: lessContent(m.Segments),
	}
	switch m.Scene {
	case qq.SceneGroup:
		if m.Group != nil {
			out.Group = lessGroup(m.Group)
		}
		if out.Member = lessMember(m.Member); out.Member == nil {
			out.Member = qq.StubMember(m.Chat.Group(), m.Sender, m.Nickname)
		}
	case qq.SceneTemp:
		if m.Group != nil {
			out.Group = &qq.Group{ID: m.Group.ID}
		}
	case qq.SceneFriend:
		out.Friend = &qq.Friend{User: qq.User{ID: m.Chat.User()}}
		if m.Friend != nil {
			out.Friend = lessFriend(m.Friend)
		} else if !out.Self {
			out.Friend.Nickname = m.Nickname
		}
		if out.Self {
			out.Friend.Remark, out.Friend.Avatar = "", ""
		} else if m.Friend != nil {
			out.Nickname = m.Friend.Nickname // our server names the sender so
		}
	}
	return out
}

func lessRef(r qq.MessageRef) qq.MessageRef {
	r.ID = 0
	return r
}

func lessMedia(m qq.Media) qq.Media {
	out := qq.Media{URL: m.URL, Name: printable(m.Name), Width: max(m.Width, 0), Height: max(m.Height, 0), Duration: max(m.Duration, 0)}
	if out.URL == "" && isLink(m.URI) {
		out.URL = m.URI
	}
	out.URL = printable(out.URL)
	return out
}

// lessContent is what comes through of content.
func lessContent(segments qq.Segments) qq.Segments {
	var out qq.Segments
	for _, s := range segments {
		s := lessSegment(s)
		switch s := s.(type) {
		case nil:
			continue
		case *qq.Text:
			if n := len(out); n > 0 {
				if before, ok := out[n-1].(*qq.Text); ok {
					out[n-1] = &qq.Text{Text: before.Text + s.Text}
					continue
				}
			}
		case *qq.Keyboard:
			if n := len(out); n > 0 {
				if before, ok := out[n-1].(*qq.Keyboard); ok {
					before.Rows[0].Buttons = append(before.Rows[0].Buttons, s.Rows[0].Buttons...)
					continue
				}
			}
		}
		out = append(out, s)
	}
	return out
}

func lessSegment(s qq.Segment) qq.Segment {
	switch s := s.(type) {
	case *qq.Text:
		if text := printable(s.Text); text != "" {
			return &qq.Text{Text: text}
		}
		return nil
	case *qq.Mention:
		return &qq.Mention{User: s.User, Name: printable(s.Name)}
	case *qq.Reply:
		quoted := slices.DeleteFunc(slices.Clone(s.Quoted), func(q qq.Segment) bool { _, reply := q.(*qq.Reply); return reply })
		return &qq.Reply{MessageRef: lessRef(s.MessageRef), Sender: s.Sender, Quoted: lessContent(quoted)}
	case *qq.Image:
		return &qq.Image{Media: lessMedia(s.Media), Sticker: s.Sticker, Summary: printable(s.Summary)}
	case *qq.Record:
		return &qq.Record{Media: lessMedia(s.Media)}
	case *qq.Video:
		v := &qq.Video{Media: lessMedia(s.Media)}
		if s.Thumb != nil {
			if thumb := lessMedia(*s.Thumb); thumb.URL != "" {
				v.Thumb = &qq.Media{URL: thumb.URL}
			}
		}
		return v
	case *qq.File:
		f := &qq.File{Media: lessMedia(s.Media), FileID: qq.FileID(printable(string(s.FileID))), Hash: printable(s.Hash), Folder: qq.FolderID(printable(string(s.Folder)))}
		f.Size = max(s.Size, 0)
		return f
	case *qq.Forward:
		return lessRecord(s)
	case *qq.Keyboard:
		return lessKeyboard(s)
	}
	return lessNative(s)
}

func lessRecord(s *qq.Forward) *qq.Forward {
	f := &qq.Forward{ID: qq.ForwardID(printable(string(s.ID))), Title: printable(s.Title), Summary: printable(s.Summary), Prompt: printable(s.Prompt)}
	if preview := printable(strings.Join(s.Preview, "\n")); preview != "" {
		f.Preview = strings.Split(preview, "\n")
	}
	for _, n := range s.Nodes {
		switch {
		case n == nil:
		case n.Ref != nil:
			ref := lessRef(*n.Ref)
			f.Nodes = append(f.Nodes, &qq.ForwardNode{Ref: &ref})
		default:
			f.Nodes = append(f.Nodes, &qq.ForwardNode{Sender: n.Sender, Name: printable(n.Name), Avatar: printable(n.Avatar), Segments: lessContent(n.Segments)})
		}
	}
	return f
}

func lessKeyboard(s *qq.Keyboard) qq.Segment {
	k := &qq.Keyboard{Rows: []qq.KeyboardRow{{}}}
	for _, row := range s.Rows {
		for _, b := range row.Buttons {
			less := qq.Button{ID: printable(b.ID), Label: strings.TrimFunc(printable(b.Label), isBlank), Action: b.Action, Permission: qq.PermitAll}
			if b.Style == 1 {
				less.Style = 1
			}
			switch b.Action {
			case qq.ActionLink, qq.ActionCommand:
				less.Data = printable(b.Data)
			default:
				less.Action = qq.ActionCallback
			}
			k.Rows[0].Buttons = append(k.Rows[0].Buttons, less)
		}
	}
	if len(k.Rows[0].Buttons) == 0 {
		return nil
	}
	return k
}

// lessNative is for what stands in attributes.
func lessNative(s qq.Segment) qq.Segment {
	p := printable
	switch s := s.(type) {
	case *qq.MarketFace:
		return &qq.MarketFace{Package: s.Package, ID: p(s.ID), Key: p(s.Key), Summary: p(s.Summary), URL: p(s.URL)}
	case *qq.LightApp:
		return &qq.LightApp{Payload: p(s.Payload)}
	case *qq.Poke:
		return &qq.Poke{Kind: s.Kind, ID: s.ID, Name: p(s.Name)}
	case *qq.RedPacket:
		return &qq.RedPacket{Title: p(s.Title)}
	case *qq.FlashFile:
		return &qq.FlashFile{Set: p(s.Set), Title: p(s.Title), Scene: max(s.Scene, 0)}
	case *qq.Speech:
		return &qq.Speech{Text: p(s.Text)}
	case *qq.Share:
		return &qq.Share{URL: p(s.URL), Title: p(s.Title), Content: p(s.Content), Image: p(s.Image)}
	case *qq.Music:
		return &qq.Music{Platform: p(s.Platform), ID: p(s.ID), URL: p(s.URL), Title: p(s.Title), Audio: p(s.Audio), Singer: p(s.Singer), Content: p(s.Content), Image: p(s.Image)}
	case *qq.Location:
		return &qq.Location{Latitude: s.Latitude, Longitude: s.Longitude, Title: p(s.Title), Content: p(s.Content)}
	case *qq.XML:
		return &qq.XML{Payload: p(s.Payload), Service: max(s.Service, 0)}
	case *qq.Markdown:
		return &qq.Markdown{Content: p(s.Content)}
	}
	return s
}
