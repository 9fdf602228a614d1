package onebot11

import (
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// likesParam: start -1 asks for all that one answer may hold.
type likesParam struct {
	Start wire.Optional[wire.Int] `json:"start" default:"0"`
	Count wire.Optional[wire.Int] `json:"count" default:"20"`
}

// maxLikes is how many likes LLBot puts into an answer.
const maxLikes = 30

func (p likesParam) given() (qq.ListLikes, error)    { return p.op(true) }
func (p likesParam) received() (qq.ListLikes, error) { return p.op(false) }

func (p likesParam) op(given bool) (qq.ListLikes, error) {
	if p.Start.Value == -1 {
		return qq.ListLikes{Given: given, Limit: maxLikes}, nil
	}
	start, err := within("start", p.Start.Value, 0, maxCount)
	if err != nil {
		return qq.ListLikes{}, err
	}
	count, err := within("count", p.Count.Or(defaultPage), 1, maxCount)
	return qq.ListLikes{Given: given, Start: start, Limit: min(count, maxLikes)}, err
}

// likePage is camelCase, as QQ's own client writes it.
type likePage struct {
	Users []likeInfo `json:"users"`
	Next  int        `json:"nextStart"`
	Total int        `json:"total_count"`
}

type likeInfo struct {
	UID    string    `json:"uid"`
	User   qq.UserID `json:"uin"`
	Nick   string    `json:"nick"`
	Friend bool      `json:"isFriend"`
	Sex    string    `json:"gender"`
	Age    int       `json:"age"`
	Times  int       `json:"count"`
	Today  int       `json:"bTodayVotedCnt"`
	Last   int64     `json:"latestTime"`
}

func encodeLikes(l *qq.Likes) likePage {
	return likePage{each(l.Likes, func(k *qq.Like) likeInfo {
		u := k.User
		if u == nil {
			u = &qq.User{}
		}
		return likeInfo{u.UID, u.ID, u.Nickname, k.Friend, u.Sex.String(), u.Age, k.Times, k.Today, k.Last.Unix()}
	}), l.Next, l.Total}
}

type likeCount struct {
	Count int `json:"count"`
}

func encodeLikeCount(u *qq.User) likeCount { return likeCount{u.Likes} }
