package qq

// Share is a link shown as a card. Only URL and Title are needed. OneBot share.
type Share struct {
	URL     string `json:"url"`
	Title   string `json:"title"`
	Content string `json:"content,omitempty"`
	Image   string `json:"image,omitempty"` // URL
}

// Music is a song shown as a card: by Platform and ID (QQ looks the rest up),
// or with Platform "" or beside it by the rest, of which URL and Title are
// needed. Sent only; received it is a LightApp. OneBot music.
type Music struct {
	Platform string `json:"platform,omitempty"` // qq 163 kugou kuwo migu
	ID       string `json:"id,omitempty"`
	URL      string `json:"url,omitempty"` // page of the song
	Title    string `json:"title,omitempty"`
	Audio    string `json:"audio,omitempty"` // URL of the sound
	Singer   string `json:"singer,omitempty"`
	Content  string `json:"content,omitempty"`
	Image    string `json:"image,omitempty"` // URL
}

// Contact recommends a person or a group: one of the two is set. OneBot
// contact.
type Contact struct {
	User  UserID  `json:"user,omitempty"`
	Group GroupID `json:"group,omitempty"`
}

// Location is a place on the map. OneBot location.
type Location struct {
	Latitude  float64 `json:"latitude"`  // degrees, north positive
	Longitude float64 `json:"longitude"` // degrees, east positive
	Title     string  `json:"title,omitempty"`
	Content   string  `json:"content,omitempty"`
}

// LightApp is a card as QQ's clients draw it from JSON ("ark"). App is the
// JSON's app key, filled by the driver on receipt. Milky light_app, OneBot
// json, Satori llonebot:ark.
type LightApp struct {
	App     string `json:"app,omitempty"`
	Payload string `json:"payload"` // JSON text
}

// XML is a card in the older XML form. Milky xml (received only), OneBot xml.
type XML struct {
	Service int    `json:"service,omitempty"` // QQ's number of the kind of card
	Payload string `json:"payload"`
}

// Markdown is the formatted text of QQ's official bots. Milky markdown
// (received only), OneBot markdown.
type Markdown struct {
	Content string `json:"content"`
}

func (*Share) segment()    {}
func (*Music) segment()    {}
func (*Contact) segment()  {}
func (*Location) segment() {}
func (*LightApp) segment() {}
func (*XML) segment()      {}
func (*Markdown) segment() {}
