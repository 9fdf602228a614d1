package sim

import (
	"context"
	"sync/atomic"

	"llbot/protocols/qq"
)

// actor is one user as the one who acts: the table of what he can do.
type actor struct {
	world  *World
	user   qq.UserID
	table  qq.Handlers
	asleep atomic.Bool // the user is not logged in
	nonce  string      // of the one change that it makes, "" when it is no such actor
}

func newActor(w *World, user qq.UserID) *actor {
	a := &actor{world: w, user: user}
	h := &a.table
	qq.Serve(h, a.getLogin)
	qq.Serve(h, a.getBackend)
	qq.Serve(h, a.getUser)
	qq.Serve(h, a.listFriends)
	qq.Serve(h, a.getFriend)
	qq.Serve(h, a.deleteFriend)
	qq.Serve(h, a.listFriendRequests)
	a.servePeople(h)
	qq.Serve(h, a.answerFriendRequest)
	qq.Serve(h, a.sendMessage)
	qq.Serve(h, a.getMessage)
	qq.Serve(h, a.getHistory)
	qq.Serve(h, a.recallMessage)
	qq.Serve(h, a.renewLink)
	a.serveTalk(h)
	qq.Serve(h, a.listGroups)
	qq.Serve(h, a.getGroup)
	qq.Serve(h, a.listMembers)
	qq.Serve(h, a.getMember)
	qq.Serve(h, a.kickMember)
	qq.Serve(h, a.muteMember)
	qq.Serve(h, a.muteGroup)
	qq.Serve(h, a.setCard)
	qq.Serve(h, a.setAdmin)
	qq.Serve(h, a.leaveGroup)
	qq.Serve(h, a.listGroupNotices)
	qq.Serve(h, a.answerGroupRequest)
	a.serveGroupBook()
	a.serveFiles(h)
	a.serveFlash(h)
	a.serveAlbums(h)
	return a
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
