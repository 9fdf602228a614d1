package sim

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"strings"
	"time"

	"llbot/protocols/qq"
)

// The secrets of this world open nothing. They have the form of QQ's, differ
// between worlds, users and logins, and are the same when a world is played
// again. Nothing here is ever logged or written down.

// mediaKeyLife is how long the keys of media are in force: the new ones are
// made in the middle of it.
const mediaKeyLife = 2 * time.Hour

// secret is the n-th secret of that name.
func (st *state) secret(name string, n uint64) [32]byte {
	b := binary.BigEndian.AppendUint64([]byte("simulated QQ\x00"+name+"\x00"), st.Seed)
	return sha256.Sum256(binary.BigEndian.AppendUint64(b, n))
}

// session is a secret of u's present login.
func (st *state) session(name string, u qq.UserID) [32]byte {
	return st.secret(name+"\x00"+u.String(), max(st.of(u).Session, st.Birth)-st.Birth)
}

func letters(sum [32]byte, n int) string { return base64.RawURLEncoding.EncodeToString(sum[:])[:n] }

// loginLink is what the QR code says that is about to be shown.
func (st *state) loginLink(u qq.UserID) string {
	return "https://txz.qq.com/p?k=" + letters(st.secret("code\x00"+u.String(), st.Record-st.Birth), 32) + "&f=1600001602"
}

func (st *state) skey(u qq.UserID) string { return "@" + letters(st.session("skey", u), 9) }

func (a *actor) getCredentials(_ context.Context, op qq.GetCredentials) (c qq.Credentials, err error) {
	domain, err := webDomain(op.Domain)
	if err != nil {
		return c, err
	}
	err = a.world.read(func(v viewing, _ qq.Time) error {
		skey := v.skey(a.user)
		number := "o" + strings.Repeat("0", max(10-len(a.user.String()), 0)) + a.user.String()
		c.Cookies = "uin=" + number + "; skey=" + skey + "; p_uin=" + number +
			"; p_skey=" + letters(v.session("p_skey\x00"+domain, a.user), 43) + "_"
		c.CSRF = csrf(skey)
		return nil
	})
	return c, err
}

// webDomain is the domain of QQ's that cookies are asked for.
func webDomain(name string) (string, error) {
	if name == "" {
		return "qzone.qq.com", nil
	}
	name = strings.ToLower(name)
	switch {
	case under(name, "pay.qq.com"):
		return "", qq.Errorf(qq.ErrForbidden, "the cookies of pay.qq.com are given to nobody")
	case name == "localhost" || !tencent(name):
		return "", qq.Errorf(qq.ErrInvalid, "%q is no domain of QQ's", name)
	}
	return name, nil
}

// under tells whether a host is that domain or lies in it.
func under(host, domain string) bool { return host == domain || strings.HasSuffix(host, "."+domain) }

// tencent tells whether a host belongs to the makers of QQ.
func tencent(host string) bool {
	for _, d := range []string{"qq.com", "tencent.com", "qzone.com", "weiyun.com", "qlogo.cn", "qpic.cn", "gtimg.cn"} {
		if under(host, d) {
			return true
		}
	}
	return false
}

// csrf is QQ's hash of the skey ("bkn", "g_tk").
func csrf(skey string) int64 {
	hash := uint32(5381)
	for i := range len(skey) {
		hash += hash<<5 + uint32(skey[i])
	}
	return int64(hash & 0x7fffffff)
}

func (a *actor) getClientKey(_ context.Context, _ qq.GetClientKey) (key string, err error) {
	err = a.world.read(func(v viewing, _ qq.Time) error {
		one, two := v.session("client key", a.user), v.session("client key 2", a.user)
		key = strings.ToUpper(hex.EncodeToString(append(one[:], two[:24]...)))
		return nil
	})
	return key, err
}

func (a *actor) getMediaKeys(_ context.Context, _ qq.GetMediaKeys) (list []qq.MediaKey, err error) {
	err = a.world.read(func(v viewing, now qq.Time) error {
		const step = qq.Time(mediaKeyLife / 2 / time.Millisecond)
		made := now - now%step
		for _, scene := range []qq.Scene{qq.SceneFriend, qq.SceneGroup} {
			key := v.secret("rkey "+scene.String()+"\x00"+a.user.String(), uint64(made))
			list = append(list, qq.MediaKey{Scene: scene, Key: "&rkey=CAQS" + letters(key, 40), Made: made, Expires: made + 2*step})
		}
		return nil
	})
	return list, err
}
