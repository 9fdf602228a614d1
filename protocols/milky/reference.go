package milky

import (
	"reflect"
	"strings"

	"llbot/protocols/action"
)

// Manual is what this face speaks, as data: from it the reference page and the
// checks of the page against the specification are made.
type Manual struct {
	APIs     []API
	Events   []Shape // the data of each event type
	Received []Shape // the data of each segment type that is told
	Sent     []Shape // the data of each segment type that is taken
	Notices  []Shape // the kinds of GroupNotification
	Entities []Shape // the objects that others hold, by their names
}

// API is one API.
type API struct {
	Name      string
	Category  string // system, message, friend, group or file
	Says      string // what it does
	Operation string // the domain's operation, "" where there are several
	Params    []Field
	Result    []Field
}

// Shape is a kind of object.
type Shape struct {
	Name   string
	Says   string // what it is, one sentence or two
	Fields []Field
}

// Field is one member of an object. Default is "" where there is none.
type Field struct {
	Name     string
	Type     string
	Required bool
	Default  string
}

// Reference is the manual of this version.
func Reference() Manual {
	m := Manual{
		Events: shapes(eventShapes), Received: shapes(receivedShapes), Sent: shapes(sentShapes),
		Notices: shapes(noticeShapes), Entities: shapes(entityShapes),
	}
	for _, c := range (App{}).categories() {
		for _, row := range c.rows {
			m.APIs = append(m.APIs, manualOf(c.name, row))
		}
	}
	return m
}

func manualOf(category string, row action.Action) API {
	return API{
		Name: row.Name, Category: category, Says: row.Doc, Operation: row.Op,
		Params: fields(row.Params), Result: fields(row.Result),
	}
}

// kind is a named object of the wire, with what the manual says of it.
type kind struct {
	name, says string
	data       reflect.Type
}

func of[T any](name, says string) kind { return kind{name, says, reflect.TypeFor[T]()} }

func shapes(kinds []kind) []Shape {
	return encodeAll(kinds, func(k kind) Shape { return Shape{k.name, k.says, fields(k.data)} })
}

// fields lists the members of a struct, those of embedded structs among them.
func fields(t reflect.Type) []Field {
	var out []Field
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous {
			out = append(out, fields(f.Type)...)
			continue
		}
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		value, optional := unwrapped(f.Type)
		spelled := spelling(value)
		if names := f.Tag.Get("one"); names != "" {
			spelled = names
		}
		out = append(out, Field{
			Name: name, Type: spelled, Default: f.Tag.Get("default"),
			Required: !optional && options != "omitempty",
		})
	}
	return out
}

// unwrapped is the type inside a wire.Optional.
func unwrapped(t reflect.Type) (inside reflect.Type, optional bool) {
	if t.Kind() == reflect.Struct && strings.HasPrefix(t.Name(), "Optional[") {
		if value, ok := t.FieldByName("Value"); ok {
			return value.Type, true
		}
	}
	return t, false
}

// formed is implemented by types of the wire that have a name of their own in
// the manual.
type formed interface{ form() string }

func spelling(t reflect.Type) string {
	if f, ok := reflect.Zero(t).Interface().(formed); ok {
		return f.form()
	}
	switch t.Kind() {
	case reflect.Pointer:
		if t.Elem().Kind() == reflect.Int64 {
			return spelling(t.Elem()) + "|null" // where a page may be the last
		}
		return spelling(t.Elem())
	case reflect.Slice:
		return spelling(t.Elem()) + "[]"
	case reflect.Bool:
		return "boolean"
	case reflect.String:
		return "string"
	case reflect.Interface:
		return "GroupNotification" // the only union beside segments
	}
	if strings.HasSuffix(t.PkgPath(), "protocols/qq") { // qq.UserID, qq.GroupID
		return uin(0).form()
	}
	return whole(0).form()
}

func (uin) form() string          { return "QQ number" }
func (whole) form() string        { return "integer" }
func (peer) form() string         { return uin(0).form() }
func (pageSize) form() string     { return "integer 1..30" }
func (scene) form() string        { return "friend|group|temp" }
func (requestKind) form() string  { return "join_request|invited_join_request" }
func (reactionKind) form() string { return "face|emoji" }
func (picture) form() string      { return "normal|sticker" }
func (uri) form() string          { return "URI" }
func (uriOrNone) form() string    { return "URI" }
func (Outgoing) form() string     { return "OutgoingSegment[]" }
func (Segment) form() string      { return "IncomingSegment" }

func (outgoingNode) form() string        { return "OutgoingForwardedMessage" }
func (*friendEntity) form() string       { return "FriendEntity" }
func (categoryEntity) form() string      { return "FriendCategoryEntity" }
func (*groupEntity) form() string        { return "GroupEntity" }
func (*memberEntity) form() string       { return "GroupMemberEntity" }
func (*announcementEntity) form() string { return "GroupAnnouncementEntity" }
func (*fileEntity) form() string         { return "GroupFileEntity" }
func (*folderEntity) form() string       { return "GroupFolderEntity" }
func (*friendRequest) form() string      { return "FriendRequest" }
func (*message) form() string            { return "IncomingMessage" }
func (forwardedMessage) form() string    { return "IncomingForwardedMessage" }
func (*essenceMessage) form() string     { return "GroupEssenceMessage" }
