package satori

import (
	"context"

	"llbot/protocols/action"
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// channelActions: https://satori.chat/zh-CN/resources/channel.html. A group
// has one channel, whose id is the group's (feature guild.plain).
func channelActions() []action.Action {
	return []action.Action{
		action.Handle("channel.get", getChannel).Acts(qq.ClassRead).Says("One channel: that of a group, or a private chat."),
		action.Bind("channel.list", channelList.op, encodeChannels).Says("The only channel of a group, whose id is that of the group."),
		action.Bind("channel.update", channelUpdate.op, none).Says("Renames a group."),
		action.Bind("channel.delete", channelGet.leave, none).Says("Leaves a group."),
		action.Bind("channel.mute", channelMute.op, none).Says("Silences everybody in a group but owner and admins, or lifts that."),
		action.Handle("user.channel.create", createDirectChannel).Acts(qq.ClassRead).Says("The private chat with a person; QQ is not asked."),
	}
}

type channelGet struct {
	ChannelID channelID `json:"channel_id"`
}

// getChannel answers a direct channel under the other person's name.
func getChannel(ctx context.Context, c qq.Caller, p channelGet) (Channel, error) {
	chat := p.ChannelID.chat()
	if chat.Scene == qq.SceneGroup {
		group, err := qq.Do(ctx, c, qq.GetGroup{Group: chat.Group()})
		if err != nil {
			return Channel{}, err
		}
		return guildChannel(group), nil
	}
	user, err := qq.Do(ctx, c, qq.GetUser{User: chat.User()})
	if err != nil {
		return Channel{}, err
	}
	return directChannel(user.ID, user.Nickname), nil
}

// leave is what deleting the only channel of a group comes to.
func (p channelGet) leave() (qq.LeaveGroup, error) {
	group, err := p.ChannelID.group()
	return qq.LeaveGroup{Group: group}, err
}

// channelUpdate renames the group: of a channel's data QQ can change the name
// alone.
type channelUpdate struct {
	ChannelID channelID   `json:"channel_id"`
	Data      channelData `json:"data" doc:"QQ can change the name alone"`
}

type channelData struct {
	Name wire.Str `json:"name"`
}

func (p channelUpdate) op() (qq.SetGroupName, error) {
	group, err := p.ChannelID.group()
	return qq.SetGroupName{Group: group, Name: string(p.Data.Name)}, err
}

type channelList struct {
	GuildID guildID                 `json:"guild_id"`
	Next    wire.Optional[wire.Str] `json:"next" doc:"opaque; what the page before answered"`
}

func (p channelList) op() (qq.GetGroup, error) { return qq.GetGroup{Group: qq.GroupID(p.GuildID)}, nil }

func encodeChannels(g *qq.Group) List[Channel] { return list([]*qq.Group{g}, guildChannel) }

// channelMute takes the duration of the specification and the enable of the
// JavaScript client. QQ knows only on and off.
type channelMute struct {
	ChannelID channelID                   `json:"channel_id"`
	Duration  wire.Optional[milliseconds] `json:"duration" doc:"in milliseconds; 0 lifts it, anything else is on"`
	Enable    wire.Optional[wire.Bool]    `json:"enable" doc:"of the JavaScript client; duration wins"`
}

func (p channelMute) op() (qq.MuteGroup, error) {
	group, err := p.ChannelID.group()
	if err == nil && !p.Duration.Set && !p.Enable.Set {
		err = qq.Errorf(qq.ErrInvalid, "duration: is required")
	}
	on := bool(p.Enable.Value)
	if p.Duration.Set {
		on = p.Duration.Value != 0
	}
	return qq.MuteGroup{Group: group, On: on}, err
}

type userChannelCreate struct {
	UserID  userID                  `json:"user_id"`
	GuildID wire.Optional[wire.Str] `json:"guild_id" doc:"a hint that QQ does not need"`
}

// createDirectChannel asks QQ nothing: the channel is there.
func createDirectChannel(_ context.Context, _ qq.Caller, p userChannelCreate) (Channel, error) {
	return directChannel(qq.UserID(p.UserID), ""), nil
}
