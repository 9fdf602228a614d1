package qq

// SendLike likes somebody's profile Times times. ErrRateLimited past what one
// day allows (limits.go). Milky send_profile_like, OneBot send_like.
type SendLike struct {
	Sends[None]
	User  UserID
	Times int
}

// Like is one person's likes of a profile.
type Like struct {
	User   *User
	Friend bool // of the asking account
	Times  int  // in all
	Today  int
	Last   Time
}

// Likes is a page of likes, the latest first. Next is where the next page
// starts, -1 at the end.
type Likes struct {
	Likes []*Like
	Total int
	Next  int
}

// ListLikes answers who liked the account's profile, or with Given whose
// profiles the account liked, from the entry Start on, at most Limit
// (0 = 20). How often somebody was liked stands in User.Likes. OneBot
// get_profile_like and get_profile_like_me.
type ListLikes struct {
	Reads[*Likes]
	Given bool
	Start int
	Limit int
}
