package runtime_test

import (
	"fmt"
	"strings"
	"testing"

	"llbot/protocols/qq"
	"llbot/runtime/admin"
	"llbot/runtime/driver/sim"
)

// ownGroup is a group that belongs to the bot, so that it may do everything.
const ownGroup = qq.GroupID(777777)

func foundGroup(t *testing.T, r *rig, members ...qq.UserID) {
	t.Helper()
	world := r.server.World("default")
	for _, m := range members {
		if m > carol {
			if err := world.AddUser(t.Context(), qq.User{ID: m, Nickname: "member " + m.String()}); err != nil {
				t.Fatal(err)
			}
		}
	}
	g := sim.NewGroup{ID: ownGroup, Name: "the bot's own", Owner: bot, Members: members}
	if err := world.AddGroup(t.Context(), g); err != nil {
		t.Fatal(err)
	}
}

// deed is something done to a member, with what each protocol's witness hears
// ("" for nothing) and what member info then shows.
type deed struct {
	name  string
	do    call
	heard [3]string
	shown [3]string // in get_group_member_info and guild.member.get
}

var memberInfo = call{
	{"get_group_member_info", `{"group_id":777777,"user_id":$1}`},
	{"get_group_member_info", `{"group_id":777777,"user_id":$1,"no_cache":true}`},
	{"guild.member.get", `{"guild_id":"777777","user_id":"$1"}`},
}

var deeds = []deed{
	{"card", call{
		{"set_group_card", `{"group_id":777777,"user_id":$1,"card":"the card"}`},
		{"set_group_member_card", `{"group_id":777777,"user_id":$1,"card":"the card"}`},
		{}, // Satori has no such method
	}, [3]string{`"group_card"`, "", `"guild-member-updated"`}, [3]string{`"card":"the card"`, `"card":"the card"`, `"nick":"the card"`}},
	{"admin", call{
		{"set_group_admin", `{"group_id":777777,"user_id":$1,"enable":true}`},
		{"set_group_member_admin", `{"group_id":777777,"user_id":$1,"is_set":true}`},
		{"guild.member.role.set", `{"guild_id":"777777","user_id":"$1","role_id":"2"}`},
	}, [3]string{`"group_admin"`, `"group_admin_change"`, `"guild-member-updated"`}, [3]string{`"role":"admin"`, `"role":"admin"`, `"id":"2"`}},
	{"no admin", call{
		{"set_group_admin", `{"group_id":777777,"user_id":$1,"enable":false}`},
		{"set_group_member_admin", `{"group_id":777777,"user_id":$1,"is_set":false}`},
		{"guild.member.role.unset", `{"guild_id":"777777","user_id":"$1","role_id":"2"}`},
	}, [3]string{`"unset"`, `"is_set":false`, `"guild-member-updated"`}, [3]string{`"role":"member"`, `"role":"member"`, `"id":"0"`}},
	{"mute", call{
		{"set_group_ban", `{"group_id":777777,"user_id":$1,"duration":600}`},
		{"set_group_member_mute", `{"group_id":777777,"user_id":$1,"duration":600}`},
		{"guild.member.mute", `{"guild_id":"777777","user_id":"$1","duration":600000}`},
	}, [3]string{`"duration":600`, `"duration":600`, ""}, [3]string{`"shut_up_timestamp":1`, `"shut_up_end_time":1`, ""}},
	{"kick", call{
		{"set_group_kick", `{"group_id":777777,"user_id":$1}`},
		{"kick_group_member", `{"group_id":777777,"user_id":$1}`},
		{"guild.member.kick", `{"guild_id":"777777","user_id":"$1"}`},
	}, [3]string{`"group_decrease"`, `"group_member_decrease"`, `"guild-member-removed"`}, [3]string{}},
}

func TestDeedsCrossProtocols(t *testing.T) {
	r := start(t, reportAll)
	members := []qq.UserID{20001, 20002, 20003}
	foundGroup(t, r, members...)
	w := r.witnesses()
	for p, name := range protocols {
		who := members[p].String()
		for _, d := range deeds {
			if d.do[p].name == "" {
				continue
			}
			t.Run(name+" "+d.name, func(t *testing.T) {
				r.via(p, d.do, who)
				for i, part := range d.heard {
					if part != "" {
						w[i].await(part, who, "777777")
					}
				}
				for q, part := range d.shown {
					if part == "" {
						continue
					}
					if got := r.via(q, memberInfo, who); !strings.Contains(got.text, part) {
						t.Errorf("%s shows %s", protocols[q], got.text)
					}
				}
			})
		}
	}
	if list := r.onebot("get_group_member_list", `{"group_id":777777}`); strings.Contains(list.text, "member 2000") {
		t.Errorf("members left: %s", list.text)
	}
}

var (
	wholeMute = call{
		{"set_group_whole_ban", `{"group_id":777777,"enable":$1}`},
		{"set_group_whole_mute", `{"group_id":777777,"is_mute":$1}`},
		{"channel.mute", `{"channel_id":"777777","enable":$1}`},
	}
	answerFriend = call{
		{"set_friend_add_request", `{"flag":"$1","approve":true}`},
		{"accept_friend_request", `{"initiator_uid":"$1"}`},
		{"friend.approve", `{"message_id":"$1","approve":true}`},
	}
	refuseFriend = call{
		{"set_friend_add_request", `{"flag":"$1","approve":false}`},
		{"reject_friend_request", `{"initiator_uid":"$1","reason":"no"}`},
		{"friend.approve", `{"message_id":"$1","approve":false}`},
	}
	letIn = call{
		{"set_group_add_request", `{"flag":"$1","approve":true}`},
		{"accept_group_request", `{"notification_seq":$1,"notification_type":"join_request","group_id":777777}`},
		{"guild.member.approve", `{"message_id":"$1","approve":true}`},
	}
	keepOut = call{
		{"set_group_add_request", `{"flag":"$1","approve":false,"reason":"full"}`},
		{"reject_group_request", `{"notification_seq":$1,"notification_type":"join_request","group_id":777777,"reason":"full"}`},
		{"guild.member.approve", `{"message_id":"$1","approve":false,"comment":"full"}`},
	}
	accept = call{
		{"set_group_add_request", `{"flag":"$1","approve":true}`},
		{"accept_group_invitation", `{"group_id":$2,"invitation_seq":$1}`},
		{"guild.approve", `{"message_id":"$1","approve":true}`},
	}
	leave = call{
		{"set_group_leave", `{"group_id":$1}`},
		{"quit_group", `{"group_id":$1}`},
		{"channel.delete", `{"channel_id":"$1"}`},
	}
)

func TestWholeMuteCrossProtocols(t *testing.T) {
	r := start(t)
	foundGroup(t, r, alice)
	w := r.witnesses()
	for p := range protocols {
		for _, on := range []string{"true", "false"} {
			r.via(p, wholeMute, on)
			if heard := w[viaMilky].await("group_whole_mute"); at(heard, "data.is_mute") != on || at(heard, "data.operator_id") != botText {
				t.Errorf("%s: milky heard %s", protocols[p], heard)
			}
			if heard := w[viaOneBot].await("group_ban"); (at(heard, "sub_type") == `"ban"`) != (on == "true") || at(heard, "user_id") != "0" {
				t.Errorf("%s: onebot heard %s", protocols[p], heard)
			}
		}
	}
}

func TestRequestsCrossProtocols(t *testing.T) {
	r := start(t)
	foundGroup(t, r, alice)
	w := r.witnesses()
	world := r.server.World("default")
	next := qq.UserID(30000)
	stranger := func(t *testing.T) qq.UserID {
		next++
		if err := world.AddUser(t.Context(), qq.User{ID: next, Nickname: "stranger " + next.String()}); err != nil {
			t.Fatal(err)
		}
		return next
	}
	for p, name := range protocols {
		for _, yes := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s %v", name, yes), func(t *testing.T) {
				friend := stranger(t)
				if err := r.admin.RequestFriend(t.Context(), admin.FriendRequest{From: friend, Comment: "be my friend"}); err != nil {
					t.Fatal(err)
				}
				heard := w.await("be my friend", friend.String())
				r.via(p, map[bool]call{true: answerFriend, false: refuseFriend}[yes],
					[]string{word(at(heard[0], "flag")), word(at(heard[1], "data.initiator_uid")), word(at(heard[2], "body.message.id"))}[p])
				if list := r.satori("friend.list", "{}"); strings.Contains(list.text, friend.String()) != yes {
					t.Errorf("friends: %s", list.text)
				}

				member := stranger(t)
				if err := r.admin.RequestJoin(t.Context(), admin.JoinRequest{Group: ownGroup, User: member, Comment: "let me in"}); err != nil {
					t.Fatal(err)
				}
				heard = w.await("let me in", member.String())
				r.via(p, map[bool]call{true: letIn, false: keepOut}[yes],
					[]string{word(at(heard[0], "flag")), at(heard[1], "data.notification_seq"), word(at(heard[2], "body.message.id"))}[p])
				if yes {
					for i, kind := range []string{"group_increase", "group_member_increase", "guild-member-added"} {
						w[i].await(kind, member.String())
					}
				}
				if list := r.milky("get_group_member_list", `{"group_id":777777}`); strings.Contains(list.text, member.String()) != yes {
					t.Errorf("members: %s", list.text)
				}
			})
		}
	}
}

func TestInvitationsCrossProtocols(t *testing.T) {
	r := start(t)
	w := r.witnesses()
	for p, name := range protocols {
		t.Run(name, func(t *testing.T) {
			id := qq.GroupID(800000 + p)
			if err := r.server.World("default").AddGroup(t.Context(), sim.NewGroup{ID: id, Name: "invites", Owner: alice}); err != nil {
				t.Fatal(err)
			}
			if err := r.admin.Invite(t.Context(), admin.Invitation{Group: id, Inviter: alice}); err != nil {
				t.Fatal(err)
			}
			var heard [3]string
			for i, kind := range []string{`"invite"`, `"group_invitation"`, `"guild-request"`} {
				heard[i] = w[i].await(kind, id.String())
			}
			r.via(p, accept, []string{word(at(heard[0], "flag")), at(heard[1], "data.invitation_seq"), word(at(heard[2], "body.message.id"))}[p], id.String())
			for i, kind := range []string{"group_increase", "group_member_increase", "guild-added"} {
				w[i].await(kind, id.String())
			}
			r.via(p, leave, id.String())
			for i, kind := range []string{"group_decrease", "group_member_decrease", "guild-removed"} {
				w[i].await(kind, id.String())
			}
			if list := r.onebot("get_group_list", ""); strings.Contains(list.text, id.String()) {
				t.Errorf("groups: %s", list.text)
			}
		})
	}
}
