package onebot11

import (
	"context"
	"errors"

	"llbot/protocols/onebot11"
	"llbot/protocols/qq"
)

// findMedia asks the actions that may know the blob, one after the other.
func (s *server) findMedia(ctx context.Context, op qq.FindMedia) (*qq.Media, error) {
	l, err := s.link()
	if err != nil {
		return nil, err
	}
	return l.find(ctx, op.Name, op.Format)
}

// renewLink is the same: addresses are fresh whenever they are asked for.
func (s *server) renewLink(ctx context.Context, op qq.RenewLink) (string, error) {
	l, err := s.link()
	if err != nil {
		return "", err
	}
	m, err := l.find(ctx, string(op.Resource), "")
	if err != nil {
		return "", err
	}
	if m.URL == "" {
		return "", qq.Errorf(qq.ErrNotFound, "the upstream tells no address of %q", op.Resource)
	}
	return m.URL, nil
}

func (l *session) find(ctx context.Context, name, format string) (*qq.Media, error) {
	var first error
	for _, c := range onebot11.MediaCalls(name, format) {
		answer, err := l.call(ctx, c)
		if err == nil {
			return l.client.Found(answer.Data, "") // it is in no store of ours
		}
		if e := qq.AsError(err); e.Outcome == qq.Unknown || errors.Is(err, qq.ErrOffline) {
			return nil, err
		}
		if first == nil {
			first = err
		}
	}
	e := *qq.AsError(first)
	if e.Kind == qq.ErrUpstream { // refused: it is unknown, or cannot be had in that form
		e.Kind = qq.ErrNotFound
		if format != "" {
			e.Kind = qq.ErrMedia
		}
	}
	return nil, &e
}
