package media

import (
	"context"
	"encoding/base64"
	"errors"
	"net/url"
	"strings"

	"llbot/protocols/qq"
)

// takeBase64 decodes a file that the URI itself carries, as a stream: the
// decoded bytes are never whole in memory.
func (s *Store) takeBase64(ctx context.Context, payload string) (qq.ResourceID, measures, error) {
	payload = strings.TrimRight(payload, "= \t\r\n")
	if exact := !strings.ContainsAny(payload, "\r\n"); exact && int64(base64.RawStdEncoding.DecodedLen(len(payload))) > s.MaxBytes {
		return "", measures{}, s.tooLarge()
	}
	decoder := base64.NewDecoder(base64.RawStdEncoding, strings.NewReader(payload))
	id, m, err := s.keep(source{ctx, decoder})
	var known *qq.Error
	if err != nil && !errors.As(err, &known) && ctx.Err() == nil {
		return "", measures{}, qq.Errorf(qq.ErrMedia, "the text is no standard base64 (RFC 4648 §4)")
	}
	return id, m, err
}

// takeData reads what stands behind "data:" (RFC 2397). The declared type does
// not count; the bytes tell.
func (s *Store) takeData(ctx context.Context, rest string) (qq.ResourceID, measures, error) {
	head, payload, found := strings.Cut(rest, ",")
	if !found || !strings.HasSuffix(strings.ToLower(head), ";base64") {
		return "", measures{}, qq.Errorf(qq.ErrInvalid, "a data: URI must read data:<type>;base64,<text>")
	}
	if strings.Contains(payload, "%") {
		plain, err := url.PathUnescape(payload)
		if err != nil {
			return "", measures{}, qq.Errorf(qq.ErrInvalid, "data: %w", err)
		}
		payload = plain
	}
	return s.takeBase64(ctx, payload)
}
