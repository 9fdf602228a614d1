package sim

import (
	"context"
	"slices"

	"llbot/protocols/qq"
)

// pressed is a press of a button, which only its bot hears of.
type pressed struct {
	Chat   chatKey   `json:"chat"`
	Seq    int64     `json:"seq"`
	User   qq.UserID `json:"user"`
	Button string    `json:"button"`
	Data   string    `json:"data,omitempty"`
}

func (*pressed) kind() string { return "pressed" }

func (c *pressed) apply(st *state, at qq.Time, out *telling) {
	m := st.find(c.Chat, c.Seq)
	var member *qq.Member
	if g := st.Groups[c.Chat.group]; g != nil {
		member = shown(g.Members[c.User], at)
	}
	out.user(m.Sender, func() qq.Event {
		return &qq.ButtonPressed{MessageRef: refOf(c.Chat, m, m.Sender), User: c.User, Button: c.Button, Data: c.Data, Member: member}
	})
}

func (*pressed) answer(qq.Time) any { return &qq.ClickResult{} }

func (a *actor) clickButton(ctx context.Context, op qq.ClickButton) (*qq.ClickResult, error) {
	err := a.commit(ctx, func(st *state, _ qq.Time) (change, error) {
		k, m, err := st.named(a.user, op.Ref)
		if err != nil {
			return nil, err
		}
		b := buttonOf(m.Segments, op)
		if b == nil {
			return nil, qq.Errorf(qq.ErrNotFound, "message %s has no button %q of bot %d", op.Ref, clean(op.Button), op.Bot)
		}
		if err := st.mayPress(a.user, k, b); err != nil {
			return nil, err
		}
		return &pressed{Chat: k, Seq: m.Seq, User: a.user, Button: b.ID, Data: b.Data}, nil
	})
	if err != nil {
		return nil, err
	}
	return &qq.ClickResult{}, nil
}

// buttonOf finds the button by its id, or by its data where no id is given.
func buttonOf(s qq.Segments, op qq.ClickButton) *qq.Button {
	for _, seg := range s {
		keys, ok := seg.(*qq.Keyboard)
		if !ok || op.Bot != 0 && op.Bot != keys.Bot {
			continue
		}
		for _, row := range keys.Rows {
			for i := range row.Buttons {
				b := &row.Buttons[i]
				if op.Button == b.ID || op.Button == "" && op.Data != "" && op.Data == b.Data {
					return b
				}
			}
		}
	}
	return nil
}

// mayPress: links and commands are the client's own affair and reach no bot;
// roles are those of QQ's guilds, which this world has not.
func (st *state) mayPress(u qq.UserID, k chatKey, b *qq.Button) error {
	if b.Action != qq.ActionCallback {
		return qq.Errorf(qq.ErrInvalid, "button %q calls no bot: it is a link or a command of the client", b.ID)
	}
	allowed := false
	switch b.Permission {
	case qq.PermitAll:
		allowed = true
	case qq.PermitUsers:
		allowed = slices.Contains(b.Users, u.String())
	case qq.PermitAdmins:
		g := st.Groups[k.group]
		allowed = g != nil && g.Members[u].Role > qq.RoleMember
	}
	if !allowed {
		return qq.Errorf(qq.ErrForbidden, "button %q is not for user %d", b.ID, u)
	}
	return nil
}
