package qq

// GetShareCard answers the card (JSON for LightApp) that recommends a person
// or a group; nothing is sent. Phone may say how to reach the person. OneBot
// ArkSharePeer and ArkShareGroup.
type GetShareCard struct {
	Reads[string]
	Chat  Chat
	Phone string
}

// MiniApp is what a mini-app card shows. App is bili, weibo, or the number of
// any other.
type MiniApp struct {
	App     string
	Title   string
	Content string
	Image   string // URL
	Jump    string // page inside the app
	Web     string // URL for where there is no app
	Icon    string // URL, other apps only
}

// MakeMiniApp answers a signed card (JSON for LightApp); nothing is sent.
// OneBot get_mini_app_ark.
type MakeMiniApp struct {
	Reads[string]
	Card MiniApp
}

// Translate answers English words in Chinese, one for one. OneBot
// translate_en2zh.
type Translate struct {
	Reads[[]string]
	Words []string
}

// URLSafety is what QQ thinks of an address, in OneBot's numbers.
type URLSafety uint8

// The verdicts.
const (
	URLSafe    URLSafety = 1
	URLUnknown URLSafety = 2
	URLDanger  URLSafety = 3
)

// CheckURL answers what QQ thinks of an address. OneBot check_url_safely.
type CheckURL struct {
	Reads[URLSafety]
	URL string
}
