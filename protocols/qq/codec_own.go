package qq

import "fmt"

// Messages are nearly all of what is stored, and walking their sixty fields by
// reflection took an eighth of an event's processor time. So their types write
// themselves, in the very bytes that their forms would make:
// TestEventsAreWrittenAsEncodingJSONWould and TestNoFieldIsForgotten fill every
// field there is and tell when one is missing here.

// appendOwn writes what a pointer to a type that writes itself holds; own is
// false for all other types.
func appendOwn(b []byte, pointer any) (_ []byte, own bool, err error) {
	switch v := pointer.(type) {
	case *Message:
		b, err = v.appendJSON(b)
	case *User:
		b = v.appendJSON(b)
	case *Friend:
		b = v.appendJSON(b)
	case *Group:
		b = v.appendJSON(b)
	case *Member:
		b = v.appendJSON(b)
	case *Text:
		b = v.appendJSON(b)
	case *Mention:
		b = v.appendJSON(b)
	default:
		return b, false, nil
	}
	return b, true, err
}

func (m *Message) appendJSON(b []byte) (_ []byte, err error) {
	o := newObject(b)
	o.number(`,"scene":`, int64(m.Scene))
	o.number(`,"peer":`, m.Peer)
	o.number(`,"seq":`, m.Seq)
	o.someNumber(`,"id":`, int64(m.ID))
	o.number(`,"time":`, int64(m.Time))
	o.number(`,"sender":`, int64(m.Sender))
	o.text(`,"nickname":`, m.Nickname)
	o.flag(`,"self":`, m.Self)
	if o.b, err = appendSegments(o.key(`,"segments":`), m.Segments); err != nil {
		return o.b, fmt.Errorf(`"segments": %w`, err)
	}
	o.flag(`,"recalled":`, m.Recalled)
	o.someNumber(`,"random":`, int64(m.Random))
	o.flag(`,"late":`, m.Late)
	if m.Friend != nil {
		o.b = m.Friend.appendJSON(o.key(`,"friend":`))
	}
	if m.Group != nil {
		o.b = m.Group.appendJSON(o.key(`,"group":`))
	}
	if m.Member != nil {
		o.b = m.Member.appendJSON(o.key(`,"member":`))
	}
	return o.end(), nil
}

func (u *User) appendJSON(b []byte) []byte {
	o := newObject(b)
	u.fields(&o)
	return o.end()
}

func (u *User) fields(o *object) {
	o.number(`,"id":`, int64(u.ID))
	o.someText(`,"uid":`, u.UID)
	o.text(`,"nickname":`, u.Nickname)
	o.someText(`,"remark":`, u.Remark)
	o.someNumber(`,"sex":`, int64(u.Sex))
	o.someNumber(`,"age":`, int64(u.Age))
	o.someNumber(`,"level":`, int64(u.Level))
	o.someText(`,"qid":`, u.QID)
	o.someText(`,"bio":`, u.Bio)
	o.someText(`,"country":`, u.Country)
	o.someText(`,"city":`, u.City)
	o.someText(`,"school":`, u.School)
	o.someText(`,"avatar":`, u.Avatar)
	o.someNumber(`,"birth_year":`, int64(u.BirthYear))
	o.someNumber(`,"birth_month":`, int64(u.BirthMonth))
	o.someNumber(`,"birth_day":`, int64(u.BirthDay))
	o.someNumber(`,"registered":`, int64(u.Registered))
	o.someNumber(`,"login_days":`, int64(u.LoginDays))
	o.someNumber(`,"vip":`, int64(u.VIP))
	o.someNumber(`,"vip_level":`, int64(u.VIPLevel))
	o.flag(`,"vip_by_year":`, u.VIPByYear)
	o.someNumber(`,"likes":`, int64(u.Likes))
	o.someTexts(`,"labels":`, u.Labels)
}

func (f *Friend) appendJSON(b []byte) []byte {
	o := newObject(b)
	f.User.fields(&o)
	c := newObject(o.key(`,"category":`))
	c.number(`,"id":`, int64(f.Category.ID))
	c.text(`,"name":`, f.Category.Name)
	c.someNumber(`,"sort":`, int64(f.Category.Sort))
	c.someNumber(`,"friends":`, int64(f.Category.Friends))
	c.someNumber(`,"online":`, int64(f.Category.Online))
	o.b = c.end()
	o.flag(`,"pinned":`, f.Pinned)
	o.flag(`,"online":`, f.Online)
	return o.end()
}

func (g *Group) appendJSON(b []byte) []byte {
	o := newObject(b)
	o.number(`,"id":`, int64(g.ID))
	o.text(`,"name":`, g.Name)
	o.someText(`,"remark":`, g.Remark)
	o.number(`,"owner":`, int64(g.Owner))
	o.number(`,"members":`, int64(g.Members))
	o.number(`,"max_members":`, int64(g.MaxMembers))
	o.number(`,"created":`, int64(g.Created))
	o.someText(`,"description":`, g.Description)
	o.someText(`,"question":`, g.Question)
	o.someText(`,"announcement":`, g.Announcement)
	o.flag(`,"whole_mute":`, g.WholeMute)
	o.someText(`,"avatar":`, g.Avatar)
	o.flag(`,"pinned":`, g.Pinned)
	o.someNumber(`,"notify":`, int64(g.Notify))
	o.someNumber(`,"join":`, int64(g.Join))
	o.someNumber(`,"muted_until":`, int64(g.MutedUntil))
	return o.end()
}

func (m *Member) appendJSON(b []byte) []byte {
	o := newObject(b)
	o.number(`,"group":`, int64(m.Group))
	o.number(`,"user":`, int64(m.User))
	o.text(`,"nickname":`, m.Nickname)
	o.someText(`,"card":`, m.Card)
	o.someText(`,"title":`, m.Title)
	o.someNumber(`,"sex":`, int64(m.Sex))
	o.someNumber(`,"age":`, int64(m.Age))
	o.number(`,"level":`, int64(m.Level))
	o.someNumber(`,"qq_level":`, int64(m.QQLevel))
	o.number(`,"role":`, int64(m.Role))
	o.number(`,"joined":`, int64(m.Joined))
	o.number(`,"last_spoke":`, int64(m.LastSpoke))
	o.someNumber(`,"muted_until":`, int64(m.MutedUntil))
	o.flag(`,"robot":`, m.Robot)
	o.someText(`,"uid":`, m.UID)
	o.someNumber(`,"title_until":`, int64(m.TitleUntil))
	o.someText(`,"city":`, m.City)
	return o.end()
}

func (t *Text) appendJSON(b []byte) []byte {
	return append(appendString(append(b, `{"text":`...), t.Text), '}')
}

func (m *Mention) appendJSON(b []byte) []byte {
	o := newObject(b)
	o.number(`,"user":`, int64(m.User))
	o.someText(`,"name":`, m.Name)
	return o.end()
}
