package runtime

import (
	"bytes"
	"context"
	"encoding/base64"
	"image"
	"image/color"
	"image/png"

	"llbot/protocols/qq"
	"llbot/runtime/admin"
	"llbot/runtime/driver/sim"
)

// deeds does in a world what people can do and no account can be asked for.
type deeds struct{ *sim.World }

// do does a deed; ours is false for what is an operation.
func (d deeds) do(ctx context.Context, as qq.UserID, op qq.Operation) (answer any, ours bool, err error) {
	switch op := op.(type) {
	case admin.AddUser:
		err = d.AddUser(ctx, qq.User{ID: op.User, Nickname: op.Nickname, Sex: op.Sex, Age: op.Age, Level: op.Level, QID: op.QID, Bio: op.Bio, City: op.City})
	case admin.AddGroup:
		err = d.AddGroup(ctx, sim.NewGroup{ID: op.Group, Name: op.Name, Owner: as, Admins: op.Admins, Members: op.Members, MaxMembers: op.MaxMembers})
	case admin.Befriend:
		err = d.Befriend(ctx, as, op.User)
	case admin.AskFriend:
		err = d.AskFriend(ctx, sim.FriendAsk{From: as, To: op.User, Comment: op.Comment, Via: op.Via, Group: op.Group, Filtered: op.Filtered})
	case admin.AnswerFriend:
		err = d.answerFriend(ctx, as, op)
	case admin.DropFriend:
		err = d.DropFriend(ctx, as, op.User, op.Source)
	case admin.SetCategory:
		_, err = d.SetCategory(ctx, as, op.ID, op.Name)
	case admin.AskJoin:
		err = d.AskToJoin(ctx, sim.JoinWish{Group: op.Group, User: as, Comment: op.Comment, Filtered: op.Filtered})
	case admin.InviteMember:
		err = d.Invite(ctx, op.Group, as, op.User)
	case admin.AnswerJoin:
		err = d.answerJoin(ctx, as, op)
	default:
		return d.doMore(ctx, as, op)
	}
	return qq.None{}, true, err
}

// doMore does what belongs to groups, chats and logins.
func (d deeds) doMore(ctx context.Context, as qq.UserID, op qq.Operation) (answer any, ours bool, err error) {
	answer = qq.None{}
	switch op := op.(type) {
	case admin.Unblock:
		err = d.Unblock(ctx, as, op.Group, op.User)
	case admin.GiveTitle:
		err = d.GiveTitle(ctx, as, qq.SetTitle{Group: op.Group, Member: op.Member, Title: op.Title}, op.For)
	case admin.RankMember:
		err = d.RankMember(ctx, op.Group, as, op.Level)
	case admin.GrantHonor:
		err = d.GrantHonor(ctx, op.Group, as, op.Honor)
	case admin.DrawLucky:
		err = d.DrawLucky(ctx, op.Group, op.Sender, as)
	case admin.ShowTip:
		err = d.ShowTip(ctx, as, sim.GrayLine{Group: op.Group, Seq: op.Seq, Text: op.Text, Business: op.Business, Raw: op.Raw})
	case admin.TuneGroup:
		err = d.TuneGroup(ctx, sim.GroupTuning{Group: op.Group, MaxMembers: op.MaxMembers, Description: op.Description})
	case admin.Confirm:
		err = d.Confirm(ctx, as, op.Group, op.Announcement)
	case admin.RecallNudge:
		err = d.RecallNudge(ctx, as)
	case admin.RefuseNudges:
		err = d.RefuseNudges(ctx, as, op.On)
	case admin.ShareFlash:
		answer, err = d.ShareFlash(ctx, as, op.Chat, op.Flash)
	case admin.SaveSticker:
		err = d.SaveSticker(ctx, as, op.Resource, op.Words)
	case admin.TellText:
		err = d.TellText(ctx, op.Resource, op.Text)
	case admin.MoveDevice:
		err = d.MoveDevice(ctx, as, op.Device, op.On)
	case admin.MoveLogin:
		err = d.MoveLogin(ctx, sim.LoginMove{User: as, Step: op.Step, Scanner: op.Scanner, Reason: op.Reason})
	default:
		return nil, false, nil
	}
	return answer, true, err
}

// mostRequests is how many requests are looked through for the one that is meant.
const mostRequests = 10_000

func (d deeds) answerFriend(ctx context.Context, as qq.UserID, a admin.AnswerFriend) error {
	v, err := d.Do(ctx, as, qq.ListFriendRequests{Limit: mostRequests})
	if err != nil {
		return err
	}
	var answered *qq.FriendRequest
	for _, r := range v.([]*qq.FriendRequest) {
		if r.Initiator != a.User || r.Target != as {
			continue
		}
		if answered == nil {
			answered = r
		}
		if r.State == qq.RequestPending {
			_, err := d.Do(ctx, as, qq.AnswerFriendRequest{InitiatorUID: r.InitiatorUID, Filtered: r.Filtered, Approve: a.Approve, Remark: a.Remark, Reason: a.Reason})
			return err
		}
	}
	if answered != nil {
		return qq.Errorf(qq.ErrConflict, "the friend request of user %d to user %d is %s already", a.User, as, answered.State)
	}
	return qq.Errorf(qq.ErrNotFound, "user %d has no pending request to be a friend of user %d", a.User, as)
}

func (d deeds) answerJoin(ctx context.Context, as qq.UserID, a admin.AnswerJoin) error {
	v, err := d.Do(ctx, as, qq.ListGroupNotices{Limit: mostRequests})
	if err != nil {
		return err
	}
	var answered *qq.GroupRequest
	for _, n := range v.(*qq.GroupNotices).Notices {
		r := n.Request
		if r == nil || r.Group != a.Group {
			continue
		}
		if a.User != 0 && a.User != r.Initiator && a.User != r.Target && a.User != n.Target {
			continue
		}
		if r.State != qq.RequestPending {
			if answered == nil {
				answered = r
			}
			continue
		}
		if a.ForGood && !a.Approve {
			return d.RefuseForGood(ctx, as, r.GroupRequestRef, a.Reason)
		}
		_, err := d.Do(ctx, as, qq.AnswerGroupRequest{Ref: r.GroupRequestRef, Approve: a.Approve, Reason: a.Reason})
		return err
	}
	if answered != nil {
		return qq.Errorf(qq.ErrConflict, "request %d of group %d is %s already", answered.Seq, a.Group, answered.State)
	}
	return qq.Errorf(qq.ErrNotFound, "there is no pending request of group %d that user %d could answer", a.Group, as)
}

// paintings puts the pictures of chatter into the store: three small ones.
func (m *machine) paintings(ctx context.Context) ([]qq.ResourceID, error) {
	var list []qq.ResourceID
	for i := range 3 {
		canvas := image.NewRGBA(image.Rect(0, 0, 16, 16))
		for at := range 256 {
			canvas.Set(at%16, at/16, color.RGBA{uint8(at * (i + 1)), uint8(at), uint8(80 * i), 255})
		}
		var file bytes.Buffer
		if err := png.Encode(&file, canvas); err != nil {
			return nil, err
		}
		blob := &qq.Media{URI: "base64://" + base64.StdEncoding.EncodeToString(file.Bytes())}
		if err := m.media.Ingest(ctx, blob); err != nil {
			return nil, err
		}
		list = append(list, blob.ID)
	}
	return list, nil
}
