package satori

import (
	"encoding/base64"
	"net/url"
	"strconv"
	"strings"

	"llbot/protocols/qq"
)

// mention reads at. A role and those present have no form in QQ: they become
// text, since calling everybody instead would be worse.
func mention(e *Element) (qq.Segment, error) {
	if e.Attr("type") == "all" {
		return &qq.MentionAll{}, nil
	}
	id, named := e.Get("id")
	if !named {
		if word := firstOf(e.Attr("role"), e.Attr("type"), e.Attr("name")); word != "" {
			return &qq.Text{Text: "@" + word}, nil
		}
		return nil, qq.Errorf(qq.ErrInvalid, "content: <at> needs an id or type")
	}
	if id == "all" { // what bots that come from OneBot write
		return &qq.MentionAll{}, nil
	}
	n, ok := positive(id)
	if !ok {
		return nil, qq.Errorf(qq.ErrInvalid, "content: <at> id %q is no QQ number", id)
	}
	return &qq.Mention{User: qq.UserID(n), Name: e.Attr("name")}, nil
}

// faceOf reads face, and emoji where its id is a number.
func faceOf(e *Element) (qq.Segment, error) {
	id := e.Attr("id")
	if _, err := strconv.ParseUint(id, 10, 32); err == nil {
		return &qq.Face{ID: id, Large: e.Attr("type") == faceLarge}, nil
	}
	if e.Tag == "face" {
		return nil, qq.Errorf(qq.ErrInvalid, "content: <face> id %q is no number", id)
	}
	if name := e.Attr("name"); len(e.Children) == 0 && name != "" {
		return &qq.Text{Text: name}, nil
	}
	return nil, nil
}

// quoteOf reads quote; what it quotes is known by its id alone.
func quoteOf(e *Element) (qq.Segment, error) {
	id := e.Attr("id")
	ref, ok := ParseMessageID(id)
	if !ok {
		return nil, qq.Errorf(qq.ErrInvalid, "content: <quote> id %q is no message id of this server", id)
	}
	return &qq.Reply{MessageRef: ref}, nil
}

// picture reads img and its old name image.
func picture(e *Element) (qq.Segment, error) {
	media, err := blob(e)
	if err != nil {
		return nil, err
	}
	return &qq.Image{Media: media, Sticker: e.Attr("subType") == "1", Summary: e.Attr("summary")}, nil
}

// source turns a src into what ingest reads: http(s), file, base64. data: is
// rewritten, an absolute path counts as a file, and internal: links are those of
// upload.create.
func source(src string) (qq.Media, error) {
	scheme, rest, _ := strings.Cut(src, ":")
	switch strings.ToLower(scheme) {
	case "http", "https", "file", "base64":
		return qq.Media{URI: src}, nil
	case "data":
		return dataURL(rest)
	case "internal":
		return uploaded(src)
	}
	windows := len(scheme) == 1 && (strings.HasPrefix(rest, `\`) || strings.HasPrefix(rest, "/"))
	switch {
	case windows:
		return qq.Media{URI: "file:///" + strings.ReplaceAll(src, `\`, "/")}, nil
	case strings.HasPrefix(src, "/"):
		return qq.Media{URI: "file://" + src}, nil
	}
	return qq.Media{}, qq.Errorf(qq.ErrInvalid, "content: src must be http, https, data, base64 or file, not %q", clip(src))
}

// dataURL reads what stands behind "data:" (RFC 2397).
func dataURL(rest string) (qq.Media, error) {
	head, payload, found := strings.Cut(rest, ",")
	if !found {
		return qq.Media{}, qq.Errorf(qq.ErrInvalid, "content: a data: src has no comma")
	}
	mime, encoded := strings.CutSuffix(head, ";base64")
	mime, _, _ = strings.Cut(mime, ";")
	if strings.Contains(payload, "%") {
		plain, err := url.PathUnescape(payload)
		if err != nil {
			return qq.Media{}, qq.Errorf(qq.ErrInvalid, "content: data: src: %w", err)
		}
		payload = plain
	}
	if !encoded {
		payload = base64.StdEncoding.EncodeToString([]byte(payload))
	}
	return qq.Media{URI: "base64://" + payload, MIME: mime}, nil
}

// clip keeps error texts short.
func clip(text string) string {
	const longest = 60
	if len(text) > longest {
		return strings.ToValidUTF8(text[:longest], "") + "…"
	}
	return text
}

// length reads a measure in pixels, 0 when it is none.
func length(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// measure writes a measure in pixels, "" when it is not known.
func measure(n int) string {
	if n <= 0 {
		return ""
	}
	return strconv.Itoa(n)
}
