package onebot11

import "llbot/protocols/qq"

// chatNotice is for what happens in chats beside messages.
func chatNotice(e *qq.Entry) any {
	switch v := e.Event.(type) {
	case *qq.FileUploaded:
		return uploadOf(e, v)
	case *qq.Nudged:
		return pokeOf(e, "poke", v)
	case *qq.NudgeRecalled:
		return pokeOf(e, "poke_recall", &qq.Nudged{Chat: v.Chat, Sender: v.Sender, Receiver: v.Receiver})
	case *qq.EssenceChanged:
		return essenceEvent{
			noticeOf(e, "essence", choose(v.On, "add", "delete")), v.Chat.Group(), v.Sender, v.MessageRef.ID, v.Sender, v.Operator,
		}
	case *qq.ReactionChanged:
		likes := []emojiLike{{v.Emoji.ID, v.Count}}
		return emojiEvent{noticeOf(e, "group_msg_emoji_like", ""), v.Chat.Group(), v.User, v.MessageRef.ID, likes, v.On}
	case *qq.TypingChanged:
		return typingEvent{noticeOf(e, "notify", "input_status"), v.User, 0, v.Kind, v.Text}
	case *qq.GrayTip:
		return tipEvent{noticeOf(e, "notify", "gray_tip"), v.Chat.Group(), v.User, v.MessageRef.ID, v.Business, v.Text, v.Raw}
	case *qq.FlashProgressed:
		return flashOf(e, v)
	}
	return nil
}

// honorNotice is for what members of groups win and are given.
func honorNotice(e *qq.Entry) any {
	switch v := e.Event.(type) {
	case *qq.LuckyKing:
		return luckyEvent{noticeOf(e, "notify", "lucky_king"), v.Group, v.Sender, v.Winner}
	case *qq.HonorGained:
		return honorEvent{noticeOf(e, "notify", "honor"), v.Group, v.User, v.Honor.String()}
	case *qq.TitleChanged:
		return titleEvent{noticeOf(e, "notify", "title"), v.Group, v.User, v.New}
	case *qq.GroupRenamed:
		return renameEvent{noticeOf(e, "notify", "group_name"), v.Group, v.Operator, v.New}
	}
	return nil
}

type profileLikeEvent struct {
	noticeHead
	Operator qq.UserID `json:"operator_id"`
	Nick     string    `json:"operator_nick"`
	Times    int       `json:"times"`
}

type clientEvent struct {
	noticeHead
	Client deviceInfo `json:"client"`
	Online bool       `json:"online"`
}

type groupUploadEvent struct {
	noticeHead
	Group qq.GroupID   `json:"group_id"`
	User  qq.UserID    `json:"user_id"`
	File  uploadedFile `json:"file"`
}

type uploadedFile struct {
	ID    qq.FileID `json:"id"`
	Name  string    `json:"name"`
	Size  int64     `json:"size"`
	BusID int       `json:"busid"`
	URL   string    `json:"url,omitempty"`
}

type offlineFileEvent struct {
	noticeHead
	User qq.UserID   `json:"user_id"`
	File offlineFile `json:"file"`
}

type offlineFile struct {
	Name string `json:"name"`
	Size int64  `json:"size"`
	URL  string `json:"url"`
}

func uploadOf(e *qq.Entry, v *qq.FileUploaded) any {
	if v.Scene == qq.SceneGroup {
		file := uploadedFile{v.File.FileID, v.File.Name, v.File.Size, qq.BusGroupFile, v.File.URL}
		return groupUploadEvent{noticeOf(e, "group_upload", ""), v.Chat.Group(), v.User, file}
	}
	return offlineFileEvent{noticeOf(e, "offline_file", ""), v.User, offlineFile{v.File.Name, v.File.Size, v.File.URL}}
}

// pokeEvent has no group_id in private chats.
type pokeEvent struct {
	noticeHead
	Group  qq.GroupID `json:"group_id,omitempty"`
	User   qq.UserID  `json:"user_id"`
	Target qq.UserID  `json:"target_id"`
	Info   []pokePart `json:"raw_info"`
}

// pokePart is a part of the line that QQ shows: a person, a picture or words.
type pokePart struct {
	Type string `json:"type"` // qq, img or nor
	UID  string `json:"uid,omitempty"`
	Src  string `json:"src,omitempty"`
	Text string `json:"txt,omitempty"`
}

func pokeOf(e *qq.Entry, kind string, v *qq.Nudged) any {
	p := pokeEvent{noticeHead: noticeOf(e, "notify", kind), User: v.Sender, Target: v.Receiver, Info: []pokePart{}}
	if v.Scene == qq.SceneGroup {
		p.Group = v.Chat.Group()
	}
	if kind != "poke" {
		return p
	}
	for _, part := range []pokePart{
		{Type: "qq", UID: v.Sender.String()}, {Type: "img", Src: v.Image}, {Type: "nor", Text: v.Action},
		{Type: "qq", UID: v.Receiver.String()}, {Type: "nor", Text: v.Suffix},
	} {
		if part.UID+part.Src+part.Text != "" {
			p.Info = append(p.Info, part)
		}
	}
	return p
}

type essenceEvent struct {
	noticeHead
	Group    qq.GroupID   `json:"group_id"`
	User     qq.UserID    `json:"user_id"`
	Message  qq.MessageID `json:"message_id"`
	Sender   qq.UserID    `json:"sender_id"`
	Operator qq.UserID    `json:"operator_id"`
}

type emojiEvent struct {
	noticeHead
	Group   qq.GroupID   `json:"group_id"`
	User    qq.UserID    `json:"user_id"`
	Message qq.MessageID `json:"message_id"`
	Likes   []emojiLike  `json:"likes"`
	Add     bool         `json:"is_add"`
}

type emojiLike struct {
	Emoji string `json:"emoji_id"`
	Count int    `json:"count"`
}

type typingEvent struct {
	noticeHead
	User  qq.UserID  `json:"user_id"`
	Group qq.GroupID `json:"group_id"` // always 0
	Kind  int        `json:"event_type"`
	Text  string     `json:"status_text"`
}

type tipEvent struct {
	noticeHead
	Group    qq.GroupID   `json:"group_id"`
	User     qq.UserID    `json:"user_id"`
	Message  qq.MessageID `json:"message_id"`
	Business string       `json:"busi_id"`
	Content  string       `json:"content"`
	Info     string       `json:"raw_info"`
}

type luckyEvent struct {
	noticeHead
	Group  qq.GroupID `json:"group_id"`
	User   qq.UserID  `json:"user_id"`
	Target qq.UserID  `json:"target_id"`
}

type honorEvent struct {
	noticeHead
	Group qq.GroupID `json:"group_id"`
	User  qq.UserID  `json:"user_id"`
	Honor string     `json:"honor_type"`
}

type titleEvent struct {
	noticeHead
	Group qq.GroupID `json:"group_id"`
	User  qq.UserID  `json:"user_id"`
	Title string     `json:"title"`
}

type renameEvent struct {
	noticeHead
	Group qq.GroupID `json:"group_id"`
	User  qq.UserID  `json:"user_id"`
	Name  string     `json:"name_new"`
}

// flashEvent has the sizes only while something moves.
type flashEvent struct {
	noticeHead
	Title string      `json:"title"`
	Link  string      `json:"share_link"`
	Set   string      `json:"file_set_id"`
	Files []flashPart `json:"files"`
}

type uploadingEvent struct {
	flashEvent
	Done int64 `json:"uploaded_size"`
	flashPace
}

type downloadingEvent struct {
	flashEvent
	Done int64 `json:"downloaded_size"`
	flashPace
}

type flashPace struct {
	Total     int64 `json:"total_size"`
	Speed     int64 `json:"speed"`
	Remaining int64 `json:"remain_seconds"`
}

func flashOf(e *qq.Entry, v *qq.FlashProgressed) any {
	set := flashEvent{noticeOf(e, "flash_file", v.Step.String()), v.Set.Title, v.Set.Link, v.Set.ID, each(v.Set.Files, encodePart)}
	pace := flashPace{v.Set.Size(), v.Speed, v.Remaining}
	switch v.Step {
	case qq.FlashUploading:
		return uploadingEvent{set, v.Done, pace}
	case qq.FlashDownloading:
		return downloadingEvent{set, v.Done, pace}
	}
	return set
}
