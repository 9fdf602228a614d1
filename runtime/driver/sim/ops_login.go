package sim

import (
	"context"

	"llbot/protocols/qq"
)

// loginStanding is where somebody's login is by now.
func (st *state) loginStanding(u qq.UserID, now qq.Time) qq.LoginState {
	p := st.Persons[u]
	if p == nil || p.Login == nil {
		return qq.LoginState{Step: qq.LoginOnline}
	}
	s := *p.Login
	if underway(s.Step) && now >= s.Expires {
		return qq.LoginState{Step: qq.LoginExpired}
	}
	return s
}

// underway tells whether a QR code waits for somebody.
func underway(s qq.LoginStep) bool { return s == qq.LoginWaiting || s == qq.LoginScanned }

func (a *actor) getLogin(_ context.Context, _ qq.GetLogin) (l qq.Login, err error) {
	err = a.world.read(func(v viewing, _ qq.Time) error {
		l = v.login(a.user)
		return nil
	})
	return l, err
}

func (a *actor) getLoginState(_ context.Context, _ qq.GetLoginState) (s qq.LoginState, err error) {
	err = a.world.read(func(v viewing, now qq.Time) error {
		s = v.loginStanding(a.user, now)
		return nil
	})
	return s, err
}

// logIn shows a code, unless one waits already.
func (a *actor) logIn(ctx context.Context, _ qq.LogIn) (qq.None, error) {
	return a.change(ctx, func(st *state, now qq.Time) (change, error) {
		switch s := st.loginStanding(a.user, now); s.Step {
		case qq.LoginOnline:
			return nil, qq.Errorf(qq.ErrConflict, "account %d is online already", a.user)
		case qq.LoginWaiting, qq.LoginScanned, qq.LoginConfirmed:
			return nil, nil
		}
		return &loginMoved{User: a.user, State: qq.LoginState{
			Step: qq.LoginWaiting, Link: st.loginLink(a.user), Expires: now + qq.Time(qq.LoginCodeLife.Milliseconds()),
		}}, nil
	})
}

func (a *actor) logOut(ctx context.Context, _ qq.LogOut) (qq.None, error) {
	return a.change(ctx, func(st *state, _ qq.Time) (change, error) {
		if !st.online(a.user) {
			return nil, errLoggedOut(a.user)
		}
		return &loginMoved{User: a.user, State: qq.LoginState{Step: qq.LoginIdle, Reason: "logged out"}}, nil
	})
}

func errLoggedOut(u qq.UserID) error {
	return qq.Errorf(qq.ErrOffline, "user %d is not logged in to the simulated QQ", u)
}

// do runs an operation if whoever does it is logged in.
func (a *actor) do(ctx context.Context, op qq.Operation) (any, error) {
	if a.asleep.Load() && !qq.AnswersOffline(op) {
		return nil, errLoggedOut(a.user)
	}
	return a.world.able.Do(ctx, a, op)
}

// noteLogin keeps the actor's own note of whether its user is logged in. The
// world's lock is held.
func (a *actor) noteLogin() { a.asleep.Store(!a.world.st.online(a.user)) }

// LoginMove is what QQ, or the person with the phone, does to a login.
type LoginMove struct {
	User    qq.UserID
	Step    qq.LoginStep // what it comes to
	Scanner qq.UserID    // LoginScanned: whose phone; 0 is the user's own
	Reason  string       // LoginKicked and LoginIdle: what QQ says to it
}

// MoveLogin brings somebody's login a step further: LoginScanned and then
// LoginConfirmed after LogIn, LoginOnline from anywhere (a phone that remembers
// needs no code), LoginKicked and LoginIdle from online, LoginExpired while a
// code waits. ErrConflict where the step does not follow, ErrForbidden for the
// phone of somebody else.
func (w *World) MoveLogin(ctx context.Context, m LoginMove) error {
	return w.lasting(ctx, func(st *state, now qq.Time) (change, error) {
		if st.Users[m.User] == nil {
			return nil, noUser(m.User)
		}
		s := st.loginStanding(m.User, now)
		if !follows(s.Step, m.Step) {
			return nil, qq.Errorf(qq.ErrConflict, "the login of user %d is %s and cannot become %s", m.User, s.Step, m.Step)
		}
		next := qq.LoginState{Step: m.Step}
		switch m.Step {
		case qq.LoginScanned:
			if m.Scanner != 0 && m.Scanner != m.User {
				return nil, qq.Errorf(qq.ErrForbidden, "the phone of user %d cannot log user %d in", m.Scanner, m.User)
			}
			next = s
			next.Step, next.Scanner = m.Step, m.User
		case qq.LoginConfirmed:
			next.Scanner = s.Scanner
		case qq.LoginKicked, qq.LoginIdle:
			next.Reason = clean(m.Reason)
		}
		return &loginMoved{User: m.User, State: next}, nil
	})
}

// follows tells whether QQ or a person can bring a login from one step to another.
func follows(from, to qq.LoginStep) bool {
	switch to {
	case qq.LoginScanned:
		return from == qq.LoginWaiting
	case qq.LoginConfirmed:
		return from == qq.LoginScanned
	case qq.LoginOnline:
		return from != qq.LoginOnline
	case qq.LoginKicked, qq.LoginIdle:
		return from == qq.LoginOnline
	case qq.LoginExpired:
		return underway(from)
	}
	return false
}
