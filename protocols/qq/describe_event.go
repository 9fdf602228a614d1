package qq

import "fmt"

// describeMore is describe for what came to the domain later.
func describeMore(e Event) string {
	switch e := e.(type) {
	case *Nudged:
		return fmt.Sprintf("%s: %d nudges %d%s", e.described(), e.Sender, e.Receiver, quoted(e.Action+e.Suffix))
	case *NudgeRecalled:
		return fmt.Sprintf("%s: %d took back a nudge of %d", e.described(), e.Sender, e.Receiver)
	case *PinChanged:
		return fmt.Sprintf("%s: %s", e.described(), either(e.On, "pinned", "no longer pinned"))
	case *ReactionChanged:
		return fmt.Sprintf("%s: %s %s %s %s message %d", e.described(), e.Member.described(e.User),
			either(e.On, "put", "took"), e.Emoji.described(), either(e.On, "on", "off"), e.Seq)
	case *EssenceChanged:
		return fmt.Sprintf("%s: %d made message %d %s", e.described(), e.Operator, e.Seq, either(e.On, "essence", "essence no longer"))
	case *FileUploaded:
		return fmt.Sprintf("%s: %d uploaded %q (%d bytes)", e.described(), e.User, e.File.Name, e.File.Size)
	case *TypingChanged:
		return fmt.Sprintf("friend %d: typing state %d%s", e.User, e.Kind, quoted(e.Text))
	case *GrayTip:
		return fmt.Sprintf("%s: tip %s%s", e.described(), e.Business, quoted(e.Text))
	case *ButtonPressed:
		return fmt.Sprintf("%s: %s pressed %q under message %d", e.described(), e.Member.described(e.User), e.Button, e.Seq)
	case *FlashProgressed:
		return fmt.Sprintf("flash transfer %q %s: %d of %d bytes", e.Set.Title, e.Step, e.Done, e.Set.Size())
	}
	return describeAccountEvent(e)
}

func describeAccountEvent(e Event) string {
	switch e := e.(type) {
	case *GroupRenamed:
		return fmt.Sprintf("group %d: %d renamed it to %q", e.Group, e.Operator, e.New)
	case *TitleChanged:
		return fmt.Sprintf("group %d: the title of %s is %q", e.Group, e.Member.described(e.User), e.New)
	case *HonorGained:
		return fmt.Sprintf("group %d: %s won the honour %s", e.Group, e.Member.described(e.User), e.Honor)
	case *LuckyKing:
		return fmt.Sprintf("group %d: %d drew the most from the red packet of %d", e.Group, e.Winner, e.Sender)
	case *FriendChanged:
		if e.Friend == nil {
			return "a friend changed"
		}
		return fmt.Sprintf("%s changed", person(e.Friend.Nickname, e.Friend.ID))
	case *ProfileLiked:
		return fmt.Sprintf("%s likes the profile (%d times)", person(e.Nickname, e.User), e.Times)
	case *ProfileChanged:
		return fmt.Sprintf("the own profile changed: %s", person(e.Login.Nickname, e.Login.ID))
	case *LoginProgressed:
		return fmt.Sprintf("login: %s%s", e.State.Step, quoted(e.State.Reason))
	case *DeviceChanged:
		return fmt.Sprintf("another device (%s) is %s", e.Device.Name, either(e.Online, "online", "offline"))
	}
	return ""
}

func (e Emoji) described() string { return fmt.Sprintf("%s %s", e.Kind, e.ID) }
