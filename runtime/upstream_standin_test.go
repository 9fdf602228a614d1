package runtime_test

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"llbot/protocols/qq"
)

// standin is a driver whose account has everything: every operation is
// answered, with no field empty, and it emits what it is told to.
type standin struct {
	emitting chan qq.Event

	mu      sync.Mutex
	asked   map[string][]qq.Operation // of each kind, since it was last looked for
	answers map[string]any
	said    map[int64]qq.Segments // what messages said, by their seq
}

func newStandin() *standin {
	return &standin{emitting: make(chan qq.Event), asked: map[string][]qq.Operation{}, answers: map[string]any{}, said: map[int64]qq.Segments{}}
}

func (*standin) Name() string    { return "stand-in" }
func (*standin) Lacks() []string { return nil }

// Run emits until ctx ends.
func (s *standin) Run(ctx context.Context, emit qq.Emit, last uint64) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case e := <-s.emitting:
			if m, ok := e.(*qq.MessageReceived); ok {
				s.note(m)
			}
			last++
			if _, err := emit(ctx, qq.Emission{Origin: last, Time: noon, Event: e}); err != nil {
				return err
			}
		}
	}
}

func (s *standin) note(m *qq.MessageReceived) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.said[m.Seq] = m.Segments
}

// Do notes an operation and answers it.
func (s *standin) Do(_ context.Context, op qq.Operation) (any, error) {
	c, known := qq.CapabilityOf(op)
	if !known {
		return nil, qq.Errorf(qq.ErrUnsupported, "%T is none of the catalogue", op)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	answer := s.fitting(op, filled(c.Answer()))
	s.asked[c.Name], s.answers[c.Name] = append(s.asked[c.Name], op), answer
	return answer, nil
}

// forget forgets what was asked of a kind.
func (s *standin) forget(of qq.Capability) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.asked, of.Name)
}

// did is what was asked of a kind, with the answer to it: a link may ask the
// same to see that the other side lives.
func (s *standin) did(of qq.Capability) (asked []qq.Operation, answer any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if answer = s.answers[of.Name]; answer == nil {
		answer = filled(of.Answer())
	}
	return slices.Clone(s.asked[of.Name]), answer
}

// fitting makes an answer one about what was asked.
func (s *standin) fitting(op qq.Operation, answer any) any {
	switch op := op.(type) {
	case qq.GetLogin:
		login := answer.(qq.Login)
		login.ID, login.Nickname = bot, "the account"
		return login
	case qq.GetMessage:
		m := answer.(*qq.Message)
		m.MessageRef = op.Ref
		if said := s.said[op.Ref.Seq]; said != nil {
			m.Segments = said
		}
	case qq.GetHistory: // where uploads look for what shows them
		answer.(*qq.History).Messages[0].Segments = qq.Segments{filled(reflect.TypeFor[*qq.File]()).(qq.Segment)}
	case qq.GetMember:
		answer.(*qq.Member).User = op.User
	case qq.GetUser:
		answer.(*qq.User).ID = op.User
	case qq.ListFriendRequests:
		answer.([]*qq.FriendRequest)[0].Target = bot
	case qq.GetForward:
		answer.(*qq.Forwarded).ID = op.ID
	}
	return answer
}

// whole is an operation with every field set, and blobs that can be read.
func whole(kind qq.Operation) qq.Operation {
	op := filled(reflect.TypeOf(kind)).(qq.Operation)
	named := false
	switch o := op.(type) {
	case qq.UploadFile, qq.UploadFlash:
		named = true
	case qq.RecallMessage: // one that no other operation is about: nobody shows it any more
		o.Ref.Seq = firstSeq
		op = o
	}
	if c, ok := op.(qq.Carrying); ok {
		_ = c.EachMedia(func(m *qq.Media) error {
			*m = qq.Media{URI: "base64://" + onePixel, Name: m.Name}
			if !named {
				m.Name = ""
			}
			return nil
		})
	}
	return op
}

// firstSeq is the number of the first message that the stand-in tells of.
const firstSeq = 1001

// noon is when everything happens, with milliseconds of its own.
const noon = qq.Time(1700000000123)

// filled is a value of a type with something in every field that such a field
// may hold.
func filled(t reflect.Type) any {
	v := reflect.New(t).Elem()
	furnish("", v)
	return v.Interface()
}

// typical are values of types that not every value fits.
var typical = func() map[reflect.Type]reflect.Value {
	out := map[reflect.Type]reflect.Value{}
	for _, v := range []any{
		alice, qq.GroupID(123456), noon, qq.GroupChat(123456), qq.MessageRef{Chat: qq.GroupChat(123456), Seq: 42}, qq.NewText("content"),
		qq.EmojiOf("14"), time.Minute, qq.RequestAccepted, qq.NoticeRequest, qq.FolderID("/d1"), qq.FileID("/f1"), uint32(7), qq.SceneFriend, qq.HonorTalkative, qq.LoginOnline,
	} {
		out[reflect.TypeOf(v)] = reflect.ValueOf(v)
	}
	return out
}()

// absent are fields that stay empty: messages are of a group, somebody else's,
// heard in time and still there; they show no record, and no record names stored
// ones; contacts are people; who came or went is not the account; it went offline.
var absent = map[reflect.Type][]string{
	reflect.TypeFor[qq.Message]():             {"Friend", "Self", "Late", "Recalled", "Random"},
	reflect.TypeFor[qq.ForwardNode]():         {"Ref"},
	reflect.TypeFor[qq.Image]():               {"Duration"},
	reflect.TypeFor[qq.Record]():              {"Width", "Height"},
	reflect.TypeFor[qq.File]():                {"Width", "Height", "Duration"},
	reflect.TypeFor[qq.Sent]():                {"Forward"},
	reflect.TypeFor[qq.History]():             {"Older", "Newer"},
	reflect.TypeFor[qq.Contact]():             {"Group"},
	reflect.TypeFor[qq.MemberIncreased]():     {"Self"},
	reflect.TypeFor[qq.MemberDecreased]():     {"Self"},
	reflect.TypeFor[qq.FileUploaded]():        {"Self"},
	reflect.TypeFor[qq.StatusChanged]():       {"Online", "Added", "Removed"},
	reflect.TypeFor[qq.Presence]():            {"Face", "FaceKind", "Text"},
	reflect.TypeFor[qq.ListEssence]():         {"Page"},
	reflect.TypeFor[qq.GetFlash]():            {"Link"},
	reflect.TypeFor[qq.ReshareFlash]():        {"Link"},
	reflect.TypeFor[qq.DownloadFlash]():       {"Link"},
	reflect.TypeFor[qq.AnswerFriendRequest](): {"Filtered"},
	reflect.TypeFor[qq.SendMessage]():         {"Via"},
}

func furnish(name string, v reflect.Value) {
	if value, ok := typical[v.Type()]; ok {
		v.Set(value)
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			furnish(v.Type().Field(i).Name, v.Field(i))
		}
		for _, field := range absent[v.Type()] {
			v.FieldByName(field).SetZero()
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		furnish(name, v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		furnish(name, v.Index(0))
	case reflect.String:
		v.SetString(textFor(name))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Uint8:
		v.SetUint(2)
	case reflect.Uint64:
		v.SetUint(1)
	case reflect.Float64:
		v.SetFloat(30.5)
	default:
		v.SetInt(numberFor(name))
	}
}

// numberFor is a number that may stand in a field of that name.
func numberFor(name string) int64 {
	switch name {
	case "Result":
		return 2
	}
	return 21
}

// textFor is a text that may stand in a field of that name.
func textFor(name string) string {
	links := []string{"URL", "Avatar", "Link", "Image", "Audio", "Preview", "Icon", "Web"}
	switch {
	case name == "URI":
		return ""
	case slices.Contains(links, name):
		return "http://h/" + strings.ToLower(name)
	case name == "Payload" || name == "Raw":
		return `{"app":"com.tencent.any"}`
	case name == "ID":
		return "178"
	case name == "Platform":
		return "qq"
	}
	return fmt.Sprintf("some %s", strings.ToLower(name))
}
