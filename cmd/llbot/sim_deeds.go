package main

import "fmt"

type joinCommand struct {
	played
	Group   int64  `arg:"" help:"Group."`
	Comment string `help:"What is said with it." placeholder:"TEXT"`
}

// Run asks to be let into a group.
func (j joinCommand) Run(c *console, flags configured) error {
	return j.do(c, flags, "AskJoin", with{"group": j.Group, "comment": j.Comment})
}

type leaveCommand struct {
	played
	Group   int64 `arg:"" help:"Group."`
	Disband bool  `help:"An owner dissolves the group."`
}

// Run leaves a group.
func (l leaveCommand) Run(c *console, flags configured) error {
	return l.do(c, flags, "LeaveGroup", with{"group": l.Group, "disband": l.Disband})
}

type inviteCommand struct {
	played
	Group int64 `arg:"" help:"Group."`
	User  int64 `arg:"" help:"Who is invited."`
}

// Run invites somebody.
func (i inviteCommand) Run(c *console, flags configured) error {
	return i.do(c, flags, "InviteMember", with{"group": i.Group, "user": i.User})
}

type friendCommand struct {
	played
	User    int64  `arg:"" help:"Whose friend to be."`
	Comment string `help:"What is said with it." placeholder:"TEXT"`
	AtOnce  bool   `help:"Be friends at once, without asking."`
}

// Run asks somebody to be a friend.
func (f friendCommand) Run(c *console, flags configured) error {
	if f.AtOnce {
		return f.do(c, flags, "Befriend", with{"user": f.User})
	}
	return f.do(c, flags, "AskFriend", with{"user": f.User, "comment": f.Comment})
}

// answering is which request is answered.
type answering struct {
	played
	Group  int64  `help:"A request or invitation of this group. 群号" placeholder:"GROUP"`
	User   int64  `help:"Whose request; with --group the newest by default." placeholder:"QQ"`
	Reason string `help:"What is said with it." placeholder:"TEXT"`
}

func (a answering) answer(c *console, flags configured, approve bool) error {
	switch {
	case a.Group != 0:
		return a.do(c, flags, "AnswerJoin", with{"group": a.Group, "user": a.User, "approve": approve, "reason": a.Reason})
	case a.User != 0:
		return a.do(c, flags, "AnswerFriend", with{"user": a.User, "approve": approve, "reason": a.Reason})
	}
	return fmt.Errorf("which request? Give --group GROUP, or --user QQ for a request to be a friend")
}

type approveCommand struct{ answering }

// Run agrees to a request.
func (a approveCommand) Run(c *console, flags configured) error { return a.answer(c, flags, true) }

type rejectCommand struct{ answering }

// Run refuses a request.
func (r rejectCommand) Run(c *console, flags configured) error { return r.answer(c, flags, false) }

type recallCommand struct {
	played
	Message string `arg:"" help:"A message_id, or group:N:SEQ, friend:N:SEQ."`
}

// Run takes a message back.
func (r recallCommand) Run(c *console, flags configured) error {
	return r.do(c, flags, "RecallMessage", with{"ref": r.Message})
}

type nudgeCommand struct {
	played
	Chat string `arg:"" help:"Where: group:N or friend:N."`
	User int64  `arg:"" help:"Who is poked."`
}

// Run pokes somebody.
func (n nudgeCommand) Run(c *console, flags configured) error {
	return n.do(c, flags, "Nudge", with{"chat": n.Chat, "user": n.User})
}

type uploadCommand struct {
	played
	Chat   string `arg:"" help:"Where: group:N or friend:N."`
	File   string `arg:"" help:"The file." type:"existingfile"`
	Folder string `help:"Into this folder of the group." placeholder:"ID"`
}

// Run puts a file into a chat.
func (u uploadCommand) Run(c *console, flags configured) error {
	file, err := fileParameter(u.File)
	if err != nil {
		return err
	}
	return u.do(c, flags, "UploadFile", with{"chat": u.Chat, "file": file, "folder": u.Folder})
}

type muteCommand struct {
	played
	Group int64  `arg:"" help:"Group."`
	User  int64  `arg:"" help:"Who is silenced."`
	For   string `arg:"" help:"How long: seconds, or 10m, 2h, 1d; 0 lifts it." default:"30m"`
}

// Run silences a member.
func (m muteCommand) Run(c *console, flags configured) error {
	return m.do(c, flags, "MuteMember", with{"group": m.Group, "member": m.User, "for": m.For})
}

type kickCommand struct {
	played
	Group int64 `arg:"" help:"Group."`
	User  int64 `arg:"" help:"Who is removed."`
	Block bool  `help:"And may not ask to come back."`
}

// Run removes a member.
func (k kickCommand) Run(c *console, flags configured) error {
	return k.do(c, flags, "KickMember", with{"group": k.Group, "member": k.User, "block": k.Block})
}

type cardCommand struct {
	played
	Group int64  `arg:"" help:"Group."`
	User  int64  `arg:"" help:"Whose card."`
	Card  string `arg:"" optional:"" help:"The card; nothing clears it."`
}

// Run changes a card.
func (k cardCommand) Run(c *console, flags configured) error {
	return k.do(c, flags, "SetCard", with{"group": k.Group, "member": k.User, "card": k.Card})
}

type adminCommand struct {
	played
	Group int64 `arg:"" help:"Group."`
	User  int64 `arg:"" help:"The member."`
	Off   bool  `help:"Take it away."`
}

// Run makes a member admin.
func (a adminCommand) Run(c *console, flags configured) error {
	return a.do(c, flags, "SetAdmin", with{"group": a.Group, "member": a.User, "on": !a.Off})
}

type addUserCommand struct {
	simulated
	User     int64  `arg:"" help:"QQ number."`
	Nickname string `arg:"" optional:"" help:"Nickname."`
}

// Run brings a new person into the world.
func (a addUserCommand) Run(c *console, flags configured) error {
	return played{a.simulated, a.User}.do(c, flags, "AddUser", with{"user": a.User, "nickname": a.Nickname})
}

type addGroupCommand struct {
	played
	Group   int64   `arg:"" help:"Number of the group."`
	Name    string  `arg:"" help:"Its name."`
	Members []int64 `help:"Who is in it beside the owner, who is --as." placeholder:"QQ"`
}

// Run founds a group.
func (a addGroupCommand) Run(c *console, flags configured) error {
	return a.do(c, flags, "AddGroup", with{"group": a.Group, "name": a.Name, "members": a.Members})
}
