package sim

import (
	"context"
	"sync/atomic"

	"llbot/protocols/qq"
)

// abilities is what everybody can do: one table for all who act in a world.
type abilities = qq.SharedHandlers[*actor]

// actor is one user as the one who acts.
type actor struct {
	world  *World
	user   qq.UserID
	asleep atomic.Bool // the user is not logged in
	nonce  string      // of the one change that it makes, "" when it is no such actor
}

func newActor(w *World, user qq.UserID) *actor { return &actor{world: w, user: user} }

func newAbilities() *abilities {
	h := &abilities{}
	qq.ServeShared(h, (*actor).getLogin)
	qq.ServeShared(h, (*actor).getBackend)
	qq.ServeShared(h, (*actor).getUser)
	qq.ServeShared(h, (*actor).listFriends)
	qq.ServeShared(h, (*actor).getFriend)
	qq.ServeShared(h, (*actor).deleteFriend)
	qq.ServeShared(h, (*actor).listFriendRequests)
	servePeople(h)
	qq.ServeShared(h, (*actor).answerFriendRequest)
	qq.ServeShared(h, (*actor).sendMessage)
	qq.ServeShared(h, (*actor).getMessage)
	qq.ServeShared(h, (*actor).getHistory)
	qq.ServeShared(h, (*actor).recallMessage)
	qq.ServeShared(h, (*actor).renewLink)
	serveTalk(h)
	qq.ServeShared(h, (*actor).listGroups)
	qq.ServeShared(h, (*actor).getGroup)
	qq.ServeShared(h, (*actor).listMembers)
	qq.ServeShared(h, (*actor).getMember)
	qq.ServeShared(h, (*actor).kickMember)
	qq.ServeShared(h, (*actor).muteMember)
	qq.ServeShared(h, (*actor).muteGroup)
	qq.ServeShared(h, (*actor).setCard)
	qq.ServeShared(h, (*actor).setAdmin)
	qq.ServeShared(h, (*actor).leaveGroup)
	qq.ServeShared(h, (*actor).listGroupNotices)
	qq.ServeShared(h, (*actor).answerGroupRequest)
	serveGroupBook(h)
	serveFiles(h)
	serveFlash(h)
	serveAlbums(h)
	return h
}

// change runs a decision whose operation answers nothing.
func (a *actor) change(ctx context.Context, decide decision) (qq.None, error) {
	return qq.None{}, a.commit(ctx, decide)
}

// commit makes the change that an operation comes to.
func (a *actor) commit(ctx context.Context, decide decision) error {
	_, err := a.world.commitFor(ctx, decide, a.nonce, nil)
	return err
}
