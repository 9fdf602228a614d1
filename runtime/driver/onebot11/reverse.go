package onebot11

import (
	"context"
	"net/url"

	"llbot/protocols/qq"
)

func (s *server) reversed(*url.URL) func(context.Context) (*session, error) {
	return func(context.Context) (*session, error) { return nil, qq.Errorf(qq.ErrUnsupported, "not yet") }
}

func (s *server) posted(_, _ *url.URL) func(context.Context) (*session, error) {
	return func(context.Context) (*session, error) { return nil, qq.Errorf(qq.ErrUnsupported, "not yet") }
}
