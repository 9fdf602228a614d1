package logging

import (
	"context"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// handler cleans records and hands them on. It keeps the attributes of With and WithGroup to itself until a record
// comes, so that a secret made known in between is still found in them.
type handler struct {
	next     slog.Handler
	redactor *Redactor
	any      func(*Redactor, any) any // cleans a value as next will write it
	plain    bool                     // next writes messages unquoted
	scopes   []scope                  // outermost first
}

// scope is one With or WithGroup.
type scope struct {
	group string // of WithGroup
	attrs []slog.Attr
}

// Enabled asks the handler below.
func (h *handler) Enabled(ctx context.Context, level slog.Level) bool {
	return h.next.Enabled(ctx, level)
}

// WithAttrs keeps attributes for every later record.
func (h *handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return h.with(scope{attrs: attrs}, len(attrs) == 0)
}

// WithGroup puts what follows into a group.
func (h *handler) WithGroup(name string) slog.Handler {
	return h.with(scope{group: name}, name == "")
}

func (h *handler) with(s scope, empty bool) slog.Handler {
	if empty {
		return h
	}
	more := *h
	more.scopes = append(slices.Clip(h.scopes), s)
	return &more
}

// Handle cleans a record and writes it.
func (h *handler) Handle(ctx context.Context, r slog.Record) error {
	var attrs []slog.Attr
	r.Attrs(func(a slog.Attr) bool {
		attrs = append(attrs, a)
		return true
	})
	for _, s := range slices.Backward(h.scopes) {
		switch {
		case s.group == "":
			attrs = slices.Concat(s.attrs, attrs)
		case len(attrs) > 0:
			attrs = []slog.Attr{{Key: s.group, Value: slog.GroupValue(attrs...)}}
		}
	}
	clean := slog.NewRecord(r.Time, r.Level, h.message(r.Message), r.PC)
	clean.AddAttrs(h.attrs(attrs)...)
	return h.next.Handle(ctx, clean)
}

// message cleans a message. Where it is written unquoted, line breaks and terminal codes in it are escaped: a name
// out of QQ must not be able to forge a line.
func (h *handler) message(text string) string {
	text = h.redactor.Clean(text)
	if h.plain && strings.ContainsFunc(text, unicode.IsControl) {
		quoted := strconv.Quote(text)
		return quoted[1 : len(quoted)-1]
	}
	return text
}

func (h *handler) attrs(all []slog.Attr) []slog.Attr {
	clean := make([]slog.Attr, len(all))
	for i, a := range all {
		clean[i] = h.attr(a)
	}
	return clean
}

func (h *handler) attr(a slog.Attr) slog.Attr {
	value := a.Value.Resolve()
	if secretKey(a.Key) && hides(value) {
		return slog.String(a.Key, Redacted)
	}
	switch value.Kind() {
	case slog.KindString:
		value = slog.StringValue(h.redactor.Clean(value.String()))
	case slog.KindGroup:
		value = slog.GroupValue(h.attrs(value.Group())...)
	case slog.KindAny:
		value = slog.AnyValue(h.any(h.redactor, value.Any()))
	}
	return slog.Attr{Key: a.Key, Value: value}
}

// hides tells whether a value under a telling key could be a secret: "token set: true" and an empty token are news,
// not secrets.
func hides(v slog.Value) bool {
	return v.Kind() != slog.KindBool && !(v.Kind() == slog.KindString && v.String() == "") &&
		!(v.Kind() == slog.KindAny && v.Any() == nil)
}
