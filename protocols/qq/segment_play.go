package qq

// MarketFace is a sticker of QQ's shop. Milky market_face (received only),
// OneBot mface, Satori llonebot:market-face.
type MarketFace struct {
	Package int64  `json:"package"` // number of the sticker's package
	ID      string `json:"id"`      // 32 hex digits
	Key     string `json:"key"`     // secret needed to send it
	Summary string `json:"summary,omitempty"`
	URL     string `json:"url,omitempty"` // received only
}

// Dice is a thrown die. Result is 1 to 6; 0 when sent lets QQ throw. What is
// sent otherwise is a wish that QQ need not grant. OneBot dice.
type Dice struct {
	Result int `json:"result,omitempty"`
}

// RPS is a throw of rock, paper, scissors. Result is 1 paper, 2 scissors,
// 3 rock (QQ's own numbers); 0 when sent lets QQ throw. OneBot rps.
type RPS struct {
	Result int `json:"result,omitempty"`
}

// Shake shakes the peer's window; private chats only. OneBot shake.
type Shake struct{}

// Poke is the animated poke of private chats (QQ's "戳一戳" face); it is no
// Nudge. Kind and ID are QQ's numbers, as OneBot's table of pokes lists them.
// OneBot poke.
type Poke struct {
	Kind int    `json:"kind"`
	ID   int    `json:"id"`
	Name string `json:"name,omitempty"` // received only
}

// RedPacket tells that somebody gave out a red packet; received only. OneBot
// redbag.
type RedPacket struct {
	Title string `json:"title"`
}

func (*MarketFace) segment() {}
func (*Dice) segment()       {}
func (*RPS) segment()        {}
func (*Shake) segment()      {}
func (*Poke) segment()       {}
func (*RedPacket) segment()  {}
