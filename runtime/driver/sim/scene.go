package sim

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"llbot/protocols/qq"
	"llbot/runtime/config"
)

// Scene is a world written down: who there is, who knows whom, which groups
// there are and what was said. As YAML it is what people write by hand, what a
// world is dumped as, and what the generator makes. Zero values are left out.
type Scene struct {
	Seed     uint64         `yaml:"seed"`     // what chance depends on; 0 picks one
	Clock    *SceneClock    `yaml:"clock"`    // nil: the machine's
	Users    []SceneUser    `yaml:"users"`    // everybody
	Friends  []SceneFriends `yaml:"friends"`  // pairs of users
	Groups   []SceneGroup   `yaml:"groups"`   // with their members
	Accounts []qq.UserID    `yaml:"accounts"` // users that are accounts of this server
	Messages []SceneMessage `yaml:"messages"` // oldest first
}

// SceneClock is how the world's own clock begins.
type SceneClock struct {
	At    time.Time `yaml:"at"`
	Speed float64   `yaml:"speed"`
}

// SceneUser is a person.
type SceneUser struct {
	ID       qq.UserID `yaml:"id"`
	Nickname string    `yaml:"nickname"`
	Sex      SceneSex  `yaml:"sex"`
	Age      int       `yaml:"age"`
	Level    int       `yaml:"level"`
	QID      string    `yaml:"qid"`
	Bio      string    `yaml:"bio"`
	Country  string    `yaml:"country"`
	City     string    `yaml:"city"`
	School   string    `yaml:"school"`
	Avatar   string    `yaml:"avatar"`
}

// SceneFriends are two friends; a remark is what one calls the other.
type SceneFriends struct {
	A       qq.UserID `yaml:"a"`
	B       qq.UserID `yaml:"b"`
	RemarkA string    `yaml:"remark_a"` // A calls B so
	RemarkB string    `yaml:"remark_b"` // B calls A so
}

// SceneGroup is a group. MaxMembers 0 is 500, or 2000 when they are more.
type SceneGroup struct {
	ID          qq.GroupID    `yaml:"id"`
	Name        string        `yaml:"name"`
	MaxMembers  int           `yaml:"max_members"`
	Created     time.Time     `yaml:"created"`
	Description string        `yaml:"description"`
	Question    string        `yaml:"question"`
	Answer      string        `yaml:"answer"` // to the question
	Join        SceneJoin     `yaml:"join"`
	WholeMute   bool          `yaml:"whole_mute"`
	Members     []SceneMember `yaml:"members"` // exactly one is owner
	Blocked     []qq.UserID   `yaml:"blocked"`
}

// SceneMember is a member; a plain number is a plain member.
type SceneMember struct {
	User       qq.UserID `yaml:"user"`
	Role       SceneRole `yaml:"role"`
	Card       string    `yaml:"card"`
	Title      string    `yaml:"title"`
	Level      int       `yaml:"level"` // 0 is 1
	Joined     time.Time `yaml:"joined"`
	LastSpoke  time.Time `yaml:"last_spoke"`
	MutedUntil time.Time `yaml:"muted_until"`
}

// SceneMessage is something that was said, in a group or To somebody. Text
// stands for one segment of text; Segments are in the stored form of package
// qq. Seq 0 is the next of its chat; At unset is the world's beginning.
type SceneMessage struct {
	Group    qq.GroupID  `yaml:"group"`
	From     qq.UserID   `yaml:"from"`
	To       qq.UserID   `yaml:"to"`
	Via      qq.GroupID  `yaml:"via"` // the shared group of two who were no friends; 0: they were
	At       time.Time   `yaml:"at"`
	Seq      int64       `yaml:"seq"`
	Text     string      `yaml:"text"`
	Segments config.JSON `yaml:"segments"`
	Recalled bool        `yaml:"recalled"`
}

// SceneSex, SceneRole and SceneJoin are written as words.
type (
	SceneSex  qq.Sex
	SceneRole qq.Role
	SceneJoin qq.JoinMode
)

// UnmarshalText reads male, female or unknown.
func (s *SceneSex) UnmarshalText(text []byte) error { return word(s, text, sexes()) }

// MarshalText writes what UnmarshalText reads.
func (s SceneSex) MarshalText() ([]byte, error) { return []byte(sexes()[s]), nil }

func sexes() []string { return []string{"unknown", "male", "female"} }

// UnmarshalText reads member, admin or owner.
func (r *SceneRole) UnmarshalText(text []byte) error { return word(r, text, roles()) }

// MarshalText writes what UnmarshalText reads.
func (r SceneRole) MarshalText() ([]byte, error) { return []byte(roles()[r]), nil }

func roles() []string { return []string{"member", "admin", "owner"} }

// UnmarshalText reads free, ask, closed, answer or review.
func (j *SceneJoin) UnmarshalText(text []byte) error { return word(j, text, joinModes()) }

// MarshalText writes what UnmarshalText reads.
func (j SceneJoin) MarshalText() ([]byte, error) { return []byte(joinModes()[j]), nil }

// joinModes are the modes by qq.JoinMode; the first is that of a new group.
func joinModes() []string { return []string{"default", "free", "ask", "closed", "answer", "review"} }

// word finds the value of that name.
func word[T ~uint8](into *T, text []byte, names []string) error {
	i := slices.Index(names, string(text))
	if i < 0 {
		return fmt.Errorf("%s is none of %s", config.Quote(string(text)), strings.Join(names, ", "))
	}
	*into = T(i)
	return nil
}

// ParseScene reads the YAML of a scene. The error is a config.Faults with every
// fault and its place; name is what they call the file.
func ParseScene(name string, text []byte) (*Scene, error) {
	s := &Scene{}
	if err := config.ReadDocument(name, text, s, s.check); err != nil {
		return nil, err
	}
	return s, nil
}

// digest tells scenes apart.
func (s *Scene) digest() string {
	sum := sha256.Sum256(s.YAML())
	return hex.EncodeToString(sum[:])
}
