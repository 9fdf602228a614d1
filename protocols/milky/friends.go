package milky

import (
	"context"
	"errors"

	"llbot/protocols/qq"
)

// privateChat is where words to a user go: to a friend as such, to anybody else
// through a group that both are in. Asking first, and not trying one after the
// other, keeps a call that is made again under its key from saying it twice.
func privateChat(ctx context.Context, c qq.Caller, user qq.UserID) qq.Chat {
	if stranger(ctx, c, user) {
		return qq.TempChat(user)
	}
	return qq.FriendChat(user)
}

// stranger tells whether the user is known to be no friend. A backend that
// cannot tell leaves it to what is done next.
func stranger(ctx context.Context, c qq.Caller, user qq.UserID) bool {
	_, err := qq.Do(ctx, c, qq.GetFriend{User: user})
	return errors.Is(err, qq.ErrNotFound)
}

// friendOnly makes the refusal of what is done for friends only a friend that
// was not found, if that is why.
func friendOnly(ctx context.Context, c qq.Caller, user qq.UserID, err error) error {
	if errors.Is(err, qq.ErrForbidden) && stranger(ctx, c, user) {
		return qq.Errorf(qq.ErrNotFound, "%s", qq.AsError(err).Text)
	}
	return err
}
