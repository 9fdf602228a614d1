package qq

// Honor is a distinction that QQ gives members of a group.
type Honor uint8

// The honours, in the order of OneBot's table.
const (
	HonorTalkative Honor = iota + 1
	HonorPerformer
	HonorLegend
	HonorNewbie
	HonorEmotion
)

// String is OneBot's name, e.g. "talkative".
func (h Honor) String() string {
	names := [...]string{"", "talkative", "performer", "legend", "strong_newbie", "emotion"}
	if int(h) < len(names) {
		return names[h]
	}
	return ""
}

// HonorHolder is somebody who holds an honour, or held it.
type HonorHolder struct {
	Honor       Honor
	User        UserID
	Nickname    string
	Avatar      string // URL
	Description string
	Days        int  // in a row, HonorTalkative
	Current     bool // HonorTalkative: of today; one at most
}

// ListHonors answers who holds the honours of a group. OneBot
// get_group_honor_info.
type ListHonors struct {
	Reads[[]HonorHolder]
	Group GroupID
	Only  Honor // 0 = all
}
