package onebot11

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"llbot/protocols/qq"
)

// losses lists what of before is not in after, what is otherwise there, and what
// came from nowhere: one JSON path a line, "" when nothing was lost.
func losses(t *testing.T, before, after any) string {
	t.Helper()
	a, b := flat(t, before), flat(t, after)
	paths := slices.Sorted(maps.Keys(a))
	for path := range b {
		if _, both := a[path]; !both {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	var out strings.Builder
	for _, path := range paths {
		was, had := a[path]
		is, has := b[path]
		switch {
		case had && !has:
			fmt.Fprintf(&out, "  - %s = %s\n", path, was)
		case !had:
			fmt.Fprintf(&out, "  + %s = %s\n", path, is)
		case was != is:
			fmt.Fprintf(&out, "  ~ %s = %s, was %s\n", path, is, was)
		}
	}
	return out.String()
}

// flat is the leaves of a value's JSON by their paths; nothings are left out.
func flat(t *testing.T, v any) map[string]string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var tree any
	if err := json.Unmarshal(text, &tree); err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	var walk func(path string, v any)
	walk = func(path string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for key, member := range v {
				walk(path+"."+key, member)
			}
		case []any:
			for i, member := range v {
				walk(fmt.Sprintf("%s[%d]", path, i), member)
			}
		case nil:
		default:
			leaf, _ := json.Marshal(v)
			if s := string(leaf); s != `""` && s != "0" && s != "false" {
				out[path] = s
			}
		}
	}
	walk("", tree)
	return out
}

// TestEventsCrossTheWire holds what is lost of every event between the face and
// a client to the written list, in both message formats.
func TestEventsCrossTheWire(t *testing.T) {
	var c Client
	var list strings.Builder
	for _, format := range []MessageFormat{Array, String} {
		for i, k := range eventCases() {
			e := &qq.Entry{SN: qq.SN(i + 1), Account: self, Time: noon, Event: k.event}
			frame, told := Encoder{Format: format, Debug: false, OwnUploads: true, SN: true}.Encode(nil, e)
			if !told {
				continue
			}
			if IsAnswer(frame) {
				t.Errorf("%s: taken for an answer: %s", k.name, frame)
			}
			got, err := c.Event(frame, SeqMessage)
			if err != nil {
				t.Fatalf("%s: %v", k.name, err)
			}
			if got.Self != self || got.SN != e.SN || got.Time != noon/1000*1000 {
				t.Errorf("%s: self %d, sn %d, time %d", k.name, got.Self, got.SN, got.Time)
			}
			was, err := qq.EncodeEvent(readable(k.event))
			if err != nil {
				t.Fatal(err)
			}
			is, err := qq.EncodeEvent(got.Event)
			if err != nil {
				t.Fatalf("%s: %v", k.name, err)
			}
			fmt.Fprintf(&list, "%s: %s\n%s", format, k.name, losses(t, json.RawMessage(was), json.RawMessage(is)))
		}
	}
	golden(t, "client_events.golden", list.String())
}

// readable replaces segments that were never JSON, which have no stored form.
func readable(e qq.Event) qq.Event {
	m, ok := e.(*qq.MessageReceived)
	if !ok {
		return e
	}
	own := *m
	own.Segments = own.Segments.Clone()
	for i, s := range own.Segments {
		if raw, ok := s.(*qq.Raw); ok && !json.Valid(raw.Data) {
			own.Segments[i] = &qq.Raw{Kind: raw.Kind, Data: []byte("{}")}
		}
	}
	return &own
}

// crossing is one operation that goes through the wire to the face and back.
type crossing struct {
	name string
	run  func(t *testing.T, list *strings.Builder)
}

// across asks op of the face, which gives it to a caller that answers from the
// fixtures, and writes down what was lost of the operation and of the result.
func across[O qq.Op[R], R any](a Ask[O, R], op O) crossing {
	return crossing{qq.OpName(op), func(t *testing.T, list *strings.Builder) {
		t.Helper()
		call, err := a.Call(op)
		if err != nil {
			t.Fatalf("%T: %v", op, err)
		}
		if !slices.Contains(a.Actions, call.Action) {
			t.Errorf("%T asks %s, which it does not list", op, call.Action)
		}
		caller := &fakeCaller{id: self}
		answer := askFace(t, caller, call)
		if err := answer.Err(); err != nil {
			t.Fatalf("%T: %s: %v", op, call.Action, err)
		}
		got, err := a.Answer(&Client{}, op, answer.Data)
		if err != nil {
			t.Fatalf("%T: %v", op, err)
		}
		fmt.Fprintf(list, "%s by %s\n", qq.OpName(op), call.Action)
		for _, arrived := range caller.ops {
			if qq.OpName(arrived) == qq.OpName(op) {
				list.WriteString(losses(t, map[string]any{"op": op}, map[string]any{"op": arrived}))
				break
			}
		}
		want, err := (&fakeCaller{id: self}).Do(context.Background(), op)
		if err != nil {
			t.Fatal(err)
		}
		list.WriteString(losses(t, map[string]any{"result": want}, map[string]any{"result": got}))
	}}
}

// askFace sends a call through the face's own frames.
func askFace(t *testing.T, caller qq.Caller, call Call) Answer {
	t.Helper()
	frame, err := call.Frame("echo-1")
	if err != nil {
		t.Fatal(err)
	}
	core := newSocket(t, nil).core
	r, code, text := core.parseRequest(frame)
	if code != codeOK {
		t.Fatalf("%s: %s", frame, text)
	}
	action, why := core.lookup(string(r.Action.Value))
	if action == nil {
		t.Fatalf("%s: %s", call.Action, why)
	}
	reply := core.call(t.Context(), overSocket, caller, action, r.Params.Value, "").text(r.Echo.Value)
	if !IsAnswer(reply) {
		t.Fatalf("no answer: %s", reply)
	}
	var c Client
	answer, err := c.Answer(reply)
	if err != nil {
		t.Fatal(err)
	}
	if answer.Echo != "echo-1" {
		t.Errorf("%s: echo %q", call.Action, answer.Echo)
	}
	return answer
}

// TestOperationsCrossTheWire holds what is lost of every operation and of every
// result to the written list.
func TestOperationsCrossTheWire(t *testing.T) {
	var list strings.Builder
	for _, k := range crossings() {
		k.run(t, &list)
	}
	golden(t, "client_operations.golden", list.String())
}

var (
	someRef   = qq.MessageRef{ID: 123456}
	someMedia = qq.Media{URI: "http://h/a.png", Name: "a.png"}
)

func crossings() []crossing {
	picture := someMedia
	phone, level := "n", "b"
	say := qq.Segments{&qq.Reply{MessageRef: someRef}, &qq.Mention{User: bob}, &qq.Text{Text: " a,[b]&"}, &qq.Image{Media: picture, Sticker: true, Summary: "S"}}
	set := &qq.Forward{Title: "T", Preview: []string{"a: b"}, Summary: "S", Prompt: "P", Nodes: []*qq.ForwardNode{
		{Sender: bob, Name: "Bob", Time: noon / 1000 * 1000, Segments: qq.NewText("one")}, {Ref: &qq.MessageRef{ID: 7}},
		{Sender: alice, Name: "Alice", Segments: qq.Segments{&qq.Forward{Nodes: []*qq.ForwardNode{{Sender: bob, Name: "Bob", Segments: qq.NewText("in")}}}}},
	}}
	return []crossing{
		across(AskLogin(), qq.GetLogin{}), across(AskUser(), qq.GetUser{User: alice}), across(AskCredentials(), qq.GetCredentials{Domain: "qun.qq.com"}),
		across(AskClientKey(), qq.GetClientKey{}), across(AskMediaKeys(), qq.GetMediaKeys{}), across(AskMediaKeyList(), qq.GetMediaKeys{}),
		across(AskDevices(), qq.ListDevices{}), across(AskModels(), qq.ListModels{Device: "d"}), across(AskSetModel(), qq.SetModel{Device: "d", Show: "s"}),
		across(AskEditProfile(), qq.EditProfile{Nickname: &phone, Bio: &level}), across(AskSetAvatar(), qq.SetAvatar{Picture: &picture}),
		across(AskSetPresence(), qq.SetPresence{Presence: qq.Presence{Status: 10, Extended: 1028, Battery: 50}}),
		across(AskSetPresence(), qq.SetPresence{Presence: qq.Presence{Status: 10, Extended: 2000, Face: "21", FaceKind: 1, Text: "hm"}}),
		across(AskPresence(), qq.GetPresence{User: alice}), across(AskLike(), qq.SendLike{User: alice, Times: 3}),
		across(AskLikes(), qq.ListLikes{Given: true, Start: 3, Limit: 5}), across(AskLikes(), qq.ListLikes{}),
		across(AskFriends(), qq.ListFriends{NoCache: true}), across(AskFolders(), qq.ListCategories{}), across(AskDeleteFriend(), qq.DeleteFriend{User: alice}),
		across(AskFriendRemark(), qq.SetFriendRemark{User: alice, Remark: "R"}), across(AskFriendCategory(), qq.SetFriendCategory{User: alice, Category: 2}),
		across(AskOneWayFriends(), qq.ListOneWayFriends{}), across(AskForget(), qq.DeleteOneWayFriend{User: alice}),
		across(AskFriendRequests(), qq.ListFriendRequests{Filtered: true, Limit: 7}),
		across(AskAnswerFriend(), qq.AnswerFriendRequest{InitiatorUID: "u_b", Approve: true, Remark: "B"}),
		across(AskAnswerFriend(), qq.AnswerFriendRequest{InitiatorUID: "u_b", Filtered: true, Approve: true}),
		across(AskAnswerFriend(), qq.AnswerFriendRequest{InitiatorUID: "u_b", Filtered: true}),
		across(AskNudge(), qq.Nudge{Chat: qq.GroupChat(club), User: bob}), across(AskNudge(), qq.Nudge{Chat: qq.FriendChat(alice), User: self}),
		across(AskTyping(), qq.SetTyping{User: alice, Kind: 1}),
		across(AskGroups(), qq.ListGroups{NoCache: true}), across(AskGroup(), qq.GetGroup{Group: club, NoCache: true}), across(AskGroupMore(), qq.GetGroup{Group: club, NoCache: true}),
		across(AskMembers(), qq.ListMembers{Group: club}), across(AskMember(), qq.GetMember{Group: club, User: bob}), across(AskMuted(), qq.ListMuted{Group: club}),
		across(AskKick(), qq.KickMember{Group: club, Member: bob, Block: true}), across(AskMute(), qq.MuteMember{Group: club, Member: bob, For: time.Minute}),
		across(AskMute(), qq.MuteMember{Group: club, Member: bob}), across(AskMuteGroup(), qq.MuteGroup{Group: club}), across(AskSetCard(), qq.SetCard{Group: club, Member: bob, Card: "c"}),
		across(AskSetTitle(), qq.SetTitle{Group: club, Member: bob, Title: "t"}), across(AskSetAdmin(), qq.SetAdmin{Group: club, Member: bob}),
		across(AskGroupName(), qq.SetGroupName{Group: club, Name: "n"}), across(AskGroupAvatar(), qq.SetGroupAvatar{Group: club, Picture: &picture}),
		across(AskGroupRemark(), qq.SetGroupRemark{Group: club, Remark: "r"}), across(AskGroupNotify(), qq.SetGroupNotify{Group: club, Mode: qq.NotifySilent}),
		across(AskLeave(), qq.LeaveGroup{Group: club, Disband: true}),
		across(AskAnswerGroup(GroupFlag), qq.AnswerGroupRequest{Ref: qq.GroupRequestRef{Group: club, Seq: 901, Kind: qq.Invitation, Filtered: true}, Approve: true, Reason: "r"}),
		across(AskAtAll(), qq.GetAtAllQuota{Group: club}), across(AskClockIn(), qq.ClockIn{Group: club}), across(AskSignIns(), qq.ListSignIns{Group: club}),
		across(AskHonors(), qq.ListHonors{Group: club}), across(AskHonors(), qq.ListHonors{Group: club, Only: qq.HonorTalkative}),
		across(AskNotices(), qq.ListAnnouncements{Group: club}), across(AskPostNotice(), qq.PostAnnouncement{Group: club, Text: "t", Image: &picture, Pinned: true}),
		across(AskDeleteNotice(), qq.DeleteAnnouncement{Group: club, ID: "n1"}),
		across(AskSend(), qq.SendMessage{Chat: qq.GroupChat(club), Segments: say}), across(AskSend(), qq.SendMessage{Chat: qq.FriendChat(alice), Segments: qq.NewText("hi")}),
		across(AskSend(), qq.SendMessage{Chat: qq.FriendChat(alice), Via: club, Segments: qq.NewText("psst")}),
		across(AskSend(), qq.SendMessage{Chat: qq.GroupChat(club), Segments: qq.Segments{set}}), across(AskSend(), qq.SendMessage{Chat: qq.FriendChat(alice), Segments: qq.Segments{set}}),
		across(AskForwardMessage(), qq.ForwardMessage{Ref: someRef, To: qq.GroupChat(club)}), across(AskForwardMessage(), qq.ForwardMessage{Ref: someRef, To: qq.FriendChat(alice)}),
		across(AskMessage(SeqMessage), qq.GetMessage{Ref: someRef}), across(AskForward(), qq.GetForward{ID: "res/1"}), across(AskRecall(), qq.RecallMessage{Ref: someRef}),
		across(AskMarkRead(), qq.MarkRead{Ref: someRef}), across(AskMarkRead(), qq.MarkRead{Ref: qq.MessageRef{Chat: qq.GroupChat(club)}}),
		across(AskMarkRead(), qq.MarkRead{Ref: qq.MessageRef{Chat: qq.FriendChat(alice)}}), across(AskMarkAllRead(), qq.MarkAllRead{}),
		across(AskReact(), qq.React{Ref: someRef, Emoji: qq.EmojiOf("128077"), On: true}), across(AskReact(), qq.React{Ref: someRef, Emoji: qq.EmojiOf("14")}),
		across(AskReactions(), qq.ListReactions{Ref: someRef, Emoji: qq.EmojiOf("14"), Cursor: "c", Limit: 3}),
		across(AskSetEssence(), qq.SetEssence{Ref: someRef, On: true}), across(AskSetEssence(), qq.SetEssence{Ref: someRef}), across(AskEssence(), qq.ListEssence{Group: club}),
		across(AskTodo(), qq.SetTodo{Ref: someRef, Step: qq.TodoSet}), across(AskTodo(), qq.SetTodo{Ref: someRef, Step: qq.TodoDone}), across(AskTodo(), qq.SetTodo{Ref: someRef, Step: qq.TodoCancel}),
		across(AskClick(), qq.ClickButton{Ref: qq.MessageRef{Chat: qq.GroupChat(club), Seq: 5, ID: 9}, Bot: 101, Button: "1", Data: "d"}),
		across(AskRecent(SeqMessage), qq.ListRecentChats{Limit: 3}),
		across(AskUpload(), qq.UploadFile{Chat: qq.GroupChat(club), Folder: "/d1", File: &picture}), across(AskUpload(), qq.UploadFile{Chat: qq.FriendChat(alice), File: &picture}),
		across(AskFileLink(), qq.GetFileLink{Chat: qq.GroupChat(club), File: "/f1"}), across(AskFileLink(), qq.GetFileLink{Chat: qq.FriendChat(0), File: "/f1"}),
		across(AskFiles(), qq.ListFiles{Group: club}), across(AskFiles(), qq.ListFiles{Group: club, Folder: "/d1"}), across(AskSpace(), qq.GetFileSpace{Group: club}),
		across(AskMoveFile(), qq.MoveFile{Group: club, File: "/f1", From: "/", To: "/d1"}), across(AskRenameFile(), qq.RenameFile{Group: club, File: "/f1", Folder: "/d1", Name: "n"}),
		across(AskDeleteFile(), qq.DeleteFile{Group: club, File: "/f1"}), across(AskPersistFile(), qq.PersistFile{Group: club, File: "/f1"}),
		across(AskCreateFolder(), qq.CreateFolder{Group: club, Name: "docs"}), across(AskRenameFolder(), qq.RenameFolder{Group: club, Folder: "/d1", Name: "n"}),
		across(AskDeleteFolder(), qq.DeleteFolder{Group: club, Folder: "/d1"}),
		across(AskFlash(), qq.GetFlash{ID: "s1"}), across(AskFlash(), qq.GetFlash{Link: "https://l", Links: true}), across(AskUploadFlash(), qq.UploadFlash{Title: "Set", Files: []*qq.Media{&picture}}),
		across(AskReshareFlash(), qq.ReshareFlash{ID: "s1"}), across(AskDownloadFlash(), qq.DownloadFlash{Link: "https://l"}),
		across(AskAlbums(), qq.ListAlbums{Group: club, Cursor: "c"}), across(AskAllAlbums(), qq.ListAlbums{Group: club}), across(AskCreateAlbum(), qq.CreateAlbum{Group: club, Name: "Trip", Description: "D"}),
		across(AskDeleteAlbum(), qq.DeleteAlbum{Group: club, Album: "al1"}), across(AskAlbumMedia(), qq.ListAlbumMedia{Group: club, Album: "al1", Cursor: "c"}),
		across(AskAddAlbumMedia(), qq.AddAlbumMedia{Group: club, Album: "al1", Files: []*qq.Media{&picture}}), across(AskDeleteAlbumMedia(), qq.DeleteAlbumMedia{Group: club, Album: "al1", Media: "l"}),
		across(AskLikeAlbumMedia(), qq.LikeAlbumMedia{Group: club, Album: "al1", Batch: "b", Media: "l", On: true}), across(AskLikeAlbumMedia(), qq.LikeAlbumMedia{Group: club, Album: "al1", Batch: "b"}),
		across(AskCommentAlbum(), qq.CommentAlbumMedia{Group: club, Album: "al1", Media: "l", Text: "t"}),
		across(AskReadText(), qq.ReadText{Picture: &picture}), across(AskTranscribe(), qq.TranscribeVoice{Ref: someRef}), across(AskCustomFaces(), qq.ListCustomFaces{}),
		across(AskRecommendFaces(), qq.RecommendFaces{Word: "w"}), across(AskVoices(), qq.ListVoices{Group: club, Kind: qq.VoiceSings}),
		across(AskSpeech(), qq.MakeSpeech{Group: club, Voice: "v", Kind: qq.VoiceSpeaks, Text: "t"}), across(AskSendSpeech(), qq.SendSpeech{Group: club, Voice: "v", Kind: qq.VoiceSpeaks, Text: "t"}),
		across(AskShareCard(), qq.GetShareCard{Chat: qq.GroupChat(club)}), across(AskShareCard(), qq.GetShareCard{Chat: qq.FriendChat(alice), Phone: "1"}),
		across(AskMiniApp(), qq.MakeMiniApp{Card: qq.MiniApp{App: "bili", Title: "t", Content: "c", Image: "i", Jump: "j", Web: "w"}}),
		across(AskTranslate(), qq.Translate{Words: []string{"hello"}}), across(AskCheckURL(), qq.CheckURL{URL: "http://h"}),
	}
}
