package onebot11

import (
	"context"
	"strings"

	"llbot/protocols/onebot11"
	"llbot/protocols/qq"
)

// upload puts a file into a chat. A server that takes paths of its own machine
// alone fetches the file first; ErrUnsupported when there is no address where it
// could.
func (s *server) upload(ctx context.Context, op qq.UploadFile) (*qq.Upload, error) {
	l, err := s.link()
	if err != nil {
		return nil, err
	}
	if !l.dialect.paths {
		return carried(ctx, s, onebot11.AskUpload(), op)
	}
	if op, err = outward(ctx, l, op); err != nil {
		return nil, err
	}
	if op.File.URI, err = l.fetched(ctx, op.File.URI); err != nil {
		return nil, err
	}
	up, err := ask(ctx, l, onebot11.AskUpload(), op)
	if err == nil {
		l.inward(ctx, up)
	}
	return up, err
}

// fetched has the upstream download what is at an address and answers the path
// where it lies there. Nothing was uploaded when that fails.
func (l *session) fetched(ctx context.Context, uri string) (string, error) {
	if !strings.HasPrefix(uri, "http://") && !strings.HasPrefix(uri, "https://") {
		return "", qq.Errorf(qq.ErrUnsupported, "%s uploads only what it can fetch: configure the upstream with media_out: url", l.dialect.name)
	}
	answer, err := l.call(ctx, onebot11.DownloadCall(uri))
	path := ""
	if err == nil {
		path, err = l.client.Downloaded(answer.Data)
	}
	if err != nil {
		e := *qq.AsError(err)
		e.Outcome = qq.NotApplied
		return "", &e
	}
	return path, nil
}
