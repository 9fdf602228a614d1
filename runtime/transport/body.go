package transport

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"llbot/protocols/face"
)

// bodyKeep is the largest buffer kept for the next body, in bytes.
const bodyKeep = 1 << 20

// refusal is a body that cannot be taken.
type refusal struct {
	kind   face.Refusal
	reason string
}

// acceptable tells from the head whether the body may be read.
func (p *port) acceptable(v *visit) *refusal {
	if v.length > p.server.opt.MaxBody {
		return p.tooLarge()
	}
	if v.length != 0 && v.encoded {
		return &refusal{face.RefuseLength, "bodies with a Content-Encoding are not taken, send the body as it is"}
	}
	return nil
}

func (p *port) tooLarge() *refusal {
	return &refusal{face.RefuseTooLarge, fmt.Sprintf("the body is larger than %d bytes", p.server.opt.MaxBody)}
}

// read appends the body to dst. Memory follows what arrives.
func (p *port) read(v *visit, dst []byte) ([]byte, *refusal) {
	if v.length < 0 || v.length > int64(p.server.opt.MaxHeader) {
		if one, ok := v.ctx.Conn().(*peer); ok {
			one.allow(p.server.opt.BodyTime)
		}
	}
	stream := v.ctx.RequestBodyStream()
	if stream == nil {
		return dst, nil
	}
	limit := p.server.opt.MaxBody
	if v.length >= 0 {
		limit = v.length
	}
	dst, err := readLimit(dst, stream, limit)
	switch {
	case errors.Is(err, errLimit):
		return dst, p.tooLarge()
	case err != nil:
		return dst, &refusal{face.RefuseLength, "the body broke off: " + err.Error()}
	case v.length > int64(len(dst)):
		return dst, &refusal{face.RefuseLength, fmt.Sprintf("the body broke off after %d of %d bytes", len(dst), v.length)}
	}
	return dst, nil
}

// errLimit tells that there was more to read than allowed.
var errLimit = errors.New("more than allowed")

// readLimit appends all of r to dst, which begins empty, up to limit bytes.
func readLimit(dst []byte, r io.Reader, limit int64) ([]byte, error) {
	for {
		if len(dst) == cap(dst) {
			dst = slices.Grow(dst, max(cap(dst), scratchSize))
		}
		n, err := r.Read(dst[len(dst):cap(dst)])
		dst = dst[:len(dst)+n]
		switch {
		case int64(len(dst)) > limit:
			return dst[:limit], errLimit
		case err == io.EOF:
			return dst, nil
		case err != nil:
			return dst, err
		}
	}
}
