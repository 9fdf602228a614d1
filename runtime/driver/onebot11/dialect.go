package onebot11

import (
	"reflect"
	"slices"
	"strconv"
	"strings"

	"llbot/protocols/onebot11"
	"llbot/protocols/qq"
	"llbot/runtime/driver/upstream"
)

// dialect is how one implementation differs from LLBot, whose words the codec
// speaks. Each has a file of its own.
type dialect struct {
	name string
	// is tells it by the app_name of get_version_info.
	is func(app string) bool
	// seq is where its messages tell QQ's own number.
	seq onebot11.SeqFrom
	// history is how it names the end of a page of a chat.
	history pageEnd
	// reversed pages come when reverseOrder is set, and only those reach back.
	reversed bool
	// window pages are so many numbers wide, whatever was asked for, and hold what
	// there is of them: a short one tells nothing about an end.
	window bool
	// called are its names of LLBot's actions.
	called map[string]string
	// lacks are LLBot's actions that it has under no name.
	lacks []string
	// paths: files are uploaded by their paths on the server's machine alone.
	paths bool
	// keyList: media keys come as a list with their kinds, NapCat's form.
	keyList bool
	// resumes: events are numbered and can be had again from a number on.
	resumes bool
	// flag is what answers a request of a group when its flag is no longer
	// remembered.
	flag func(qq.GroupRequestRef) string
}

// pageEnd is how the newest message of a page is named.
type pageEnd uint8

// The ways.
const (
	endNowhere pageEnd = iota // there is no history
	endSeq                    // by its seq
	endID                     // by its message_id
)

// dialects lists those that are known, the likeliest first.
func dialects() []dialect {
	return []dialect{ownDialect(), llbotDialect(), napcatDialect(), gocqDialect(), snowlumaDialect()}
}

// Variants tells what each known implementation cannot do; the last stands for
// any other, whose actions are tried.
func Variants() []upstream.Variant {
	var list []upstream.Variant
	for _, d := range append(dialects(), plainDialect()) {
		s := &server{names: newNames(), needs: map[reflect.Type][]string{}}
		s.open(&session{server: s, dialect: d})
		list = append(list, upstream.Variant{Name: d.name, Lacks: s.table().Unserved()})
	}
	return list
}

// recognise finds the dialect of a server; one that nobody knows is taken for
// the plain standard.
func recognise(v onebot11.Version) dialect {
	for _, d := range dialects() {
		if d.is(v.Name) {
			return d
		}
	}
	return plainDialect()
}

// begins tells whether an app's name begins like one of the names.
func begins(app string, names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return strings.HasPrefix(strings.ToLower(app), name) })
}

// plainDialect is OneBot 11 as it was written down: no numbers of messages, no
// history. Actions beyond it are tried all the same, since most have some.
func plainDialect() dialect {
	return dialect{name: "OneBot 11", seq: onebot11.SeqNowhere, history: endNowhere, flag: decimalFlag}
}

// decimalFlag: where a flag is a number, it is the request's.
func decimalFlag(r qq.GroupRequestRef) string { return strconv.FormatInt(r.Seq, 10) }

// action is the dialect's name of an action. ErrUnsupported when it has none.
func (d *dialect) action(name string) (string, error) {
	if slices.Contains(d.lacks, name) {
		return "", qq.Errorf(qq.ErrUnsupported, "%s has no %s", d.name, name)
	}
	if other, renamed := d.called[name]; renamed {
		return other, nil
	}
	return name, nil
}

// has tells whether the dialect knows an action.
func (d *dialect) has(name string) bool { return !slices.Contains(d.lacks, name) }
