package qq

// AnnouncementID names an announcement of a group; opaque outside the driver.
type AnnouncementID string

// Announcement is a notice board entry of a group. Image is nil where there
// is none.
type Announcement struct {
	ID        AnnouncementID
	Group     GroupID
	Author    UserID
	Time      Time
	Text      string
	Image     *Media
	Pinned    bool
	Confirm   bool // members are asked to confirm
	Confirmed int  // members who did
	EditCard  bool // members are asked to set their card
	Popup     bool // shown in a window
	Newcomers bool // sent to new members
}

// ListAnnouncements answers a group's announcements, pinned ones first, then
// the newest. Milky get_group_announcements, OneBot _get_group_notice.
type ListAnnouncements struct {
	Reads[[]*Announcement]
	Group GroupID
}

// PostAnnouncement puts an announcement up; owner and admins. ErrInvalid for
// no or too much text. Milky send_group_announcement, OneBot
// _send_group_notice.
type PostAnnouncement struct {
	Moderates[None]
	Group     GroupID
	Text      string
	Image     *Media // nil = none
	Pinned    bool
	Confirm   bool
	EditCard  bool
	Popup     bool
	Newcomers bool
}

// Resolve gives the operation its own picture.
func (op PostAnnouncement) Resolve(func(MessageRef) (MessageRef, error)) (Operation, error) {
	op.Image = op.Image.clone()
	return op, nil
}

// EachMedia visits the picture, if there is one.
func (op PostAnnouncement) EachMedia(visit func(*Media) error) error {
	return visitMedia(visit, op.Image)
}

// DeleteAnnouncement takes one down; owner and admins. ErrNotFound. Milky
// delete_group_announcement, OneBot _del_group_notice.
type DeleteAnnouncement struct {
	Moderates[None]
	Group GroupID
	ID    AnnouncementID
}
