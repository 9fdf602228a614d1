package satori

import (
	"cmp"
	"context"
	"reflect"
	"slices"
	"strings"

	"llbot/protocols/action"
)

// Manual is what this face speaks, as data: the reference page is made of it.
type Manual struct {
	Methods   []Method
	Routes    []Told // other paths under /v1/
	Events    []Told
	Internal  []Told // the native types of internal events, without their prefix
	Elements  []Told
	Resources []Shape
}

// Method is one API method. Unserved tells why it is not served, "" when it is.
type Method struct {
	Name      string
	Doc       string
	Operation string // of the domain, "" where there are several or none
	Params    []Param
	Result    string // a resource, List<…>, or {}
	Unserved  string
}

// Param is a parameter or a member of a resource. Default is JSON, "" for none.
type Param struct {
	Name     string
	Type     string
	Required bool
	Default  string
	Doc      string
}

// Shape is a resource with its members.
type Shape struct {
	Name   string
	Fields []Param
}

// Told is a name with what a person is told of it.
type Told struct{ Name, Doc string }

// noHooks stands in for what registers webhooks: the manual lists its methods.
type noHooks struct{}

func (noHooks) Create(context.Context, string, string) error { return nil }
func (noHooks) Delete(context.Context, string) (bool, error) { return false, nil }

// Reference is the manual of this version.
func Reference() (Manual, error) {
	s, err := New(Options{Hooks: noHooks{}})
	if err != nil {
		return Manual{}, err
	}
	m := Manual{Routes: routesTold(), Events: eventsTold(), Internal: internalTold(), Elements: elementsTold(), Resources: resources()}
	for _, row := range s.Methods() {
		m.Methods = append(m.Methods, methodOf(row))
	}
	for name, u := range s.unserved {
		m.Methods = append(m.Methods, Method{Name: name, Unserved: u.reason})
	}
	slices.SortFunc(m.Methods, func(a, b Method) int { return cmp.Compare(a.Name, b.Name) })
	return m, nil
}

func methodOf(row action.Action) Method {
	return Method{Name: row.Name, Doc: row.Doc, Operation: row.Op, Params: members(row.Params), Result: spelling(row.Result)}
}

// resources are the objects that methods and events are made of.
func resources() []Shape {
	var out []Shape
	for _, t := range []reflect.Type{
		reflect.TypeFor[User](), reflect.TypeFor[Guild](), reflect.TypeFor[Member](), reflect.TypeFor[Role](),
		reflect.TypeFor[Channel](), reflect.TypeFor[Friend](), reflect.TypeFor[Login](), reflect.TypeFor[LoginRef](),
		reflect.TypeFor[Message](), reflect.TypeFor[Emoji](), reflect.TypeFor[Button](), reflect.TypeFor[Referrer](),
		reflect.TypeFor[Event](), reflect.TypeFor[Meta](),
	} {
		out = append(out, Shape{spelling(t), members(t)})
	}
	return out
}

// members lists the members of a struct.
func members(t reflect.Type) []Param {
	var out []Param
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		inside, optional := unwrapped(f.Type)
		out = append(out, Param{
			Name: name, Type: spelling(inside), Required: !optional && options != "omitempty",
			Default: f.Tag.Get("default"), Doc: f.Tag.Get("doc"),
		})
	}
	return out
}

// unwrapped takes the wire.Optional off a type.
func unwrapped(t reflect.Type) (inside reflect.Type, optional bool) {
	if t.Kind() == reflect.Struct && strings.HasPrefix(t.Name(), "Optional[") {
		if f, ok := t.FieldByName("Value"); ok {
			return f.Type, true
		}
	}
	return t, false
}

// formed is implemented by types that have a name of their own in the manual.
type formed interface{ form() string }

func (userID) form() string        { return "user id" }
func (guildID) form() string       { return "guild id" }
func (channelID) form() string     { return "channel id" }
func (messageID) form() string     { return "message id" }
func (groupRequest) form() string  { return "request id" }
func (friendRequest) form() string { return "request id" }
func (pageToken) form() string     { return "string" }
func (referrer) form() string      { return "object" }
func (emojiID) form() string       { return "emoji id" }
func (milliseconds) form() string  { return "number" }
func (channelData) form() string   { return "{name: string}" }
func (empty) form() string         { return "{}" }
func (Member) form() string        { return "GuildMember" }
func (Role) form() string          { return "GuildRole" }
func (LoginRef) form() string      { return "Login (in events)" }

// spelling is the name of a type.
func spelling(t reflect.Type) string {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if f, ok := reflect.Zero(t).Interface().(formed); ok {
		return f.form()
	}
	switch t.Kind() {
	case reflect.Slice:
		return spelling(t.Elem()) + "[]"
	case reflect.Map:
		return "{name: " + spelling(t.Elem()) + "}"
	case reflect.Bool:
		return "boolean"
	case reflect.String:
		return "string"
	case reflect.Interface:
		return "object"
	case reflect.Struct:
		return listed(t)
	}
	return "number"
}

// listed is the name of a resource, or of a page of such.
func listed(t reflect.Type) string {
	for _, page := range []string{"BidiList", "List"} {
		if strings.HasPrefix(t.Name(), page+"[") {
			data, _ := t.FieldByName("Data")
			return page + "<" + spelling(data.Type.Elem()) + ">"
		}
	}
	return t.Name()
}
