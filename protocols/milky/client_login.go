package milky

import (
	"context"
	"errors"

	"llbot/protocols/qq"
)

// Login asks who the server is logged in as.
func (c *Client) Login(ctx context.Context) (qq.Login, error) {
	d, err := get[loginInfo](ctx, c, "get_login_info", none{})
	if err != nil {
		return qq.Login{}, err
	}
	if !d.Uin.Valid() {
		return qq.Login{}, qq.Errorf(qq.ErrUpstream, "the server does not say who it is logged in as")
	}
	return qq.Login{User: qq.User{ID: d.Uin, Nickname: d.Nickname}, Online: true}, nil
}

// TakesKeys tells whether the server does a call at most once under the header
// Idempotency-Key, as servers of this project do. Whoever does not say what it
// is does not.
func (c *Client) TakesKeys(ctx context.Context, name string) bool {
	d, err := get[implInfo](ctx, c, "get_impl_info", none{})
	return err == nil && d.ImplName == name
}

// Alive makes a cheap call that needs a login; online tells whether there is
// one. A refusal for any other reason proves that calls are answered.
func (c *Client) Alive(ctx context.Context) (online bool, err error) {
	_, err = get[friendRequests](ctx, c, "get_friend_requests", getFriendRequests{given(whole(1)), given(false)})
	e, refused := errors.AsType[*qq.Error](err)
	switch {
	case err == nil:
		return true, nil
	case refused && errors.Is(e.Kind, qq.ErrOffline) && e.Outcome == qq.NotApplied && e.Cause == nil:
		return false, nil
	case refused && e.Outcome == qq.NotApplied && e.Cause == nil && !errors.Is(e.Kind, qq.ErrOffline):
		return true, nil
	}
	return false, err
}

// ErrToken is the cause of a failure for the wrong token.
var ErrToken = errors.New("the server does not take our token")
