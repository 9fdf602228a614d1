package conn

import "llbot/protocols/face"

// headRoom is the longest head of a frame, mask included.
const headRoom = 14

// prompt has the socket's reader answer what the link can answer on the spot.
// The answers go to the outbox like all others: only the way through the
// mailbox and a goroutine of its own is spared, and a write for each.
func (c *live) prompt() {
	socket, ok := c.socket.(Prompting)
	if !ok {
		return
	}
	if link, ok := c.link.(face.Prompter); ok {
		socket.Prompt(c.prompter(link), func(frames []byte) { c.out.Send(frames) })
	}
}

// prompter frames what the link answers. A panic of the link leaves the message
// to the usual way, which knows how to answer it.
func (c *live) prompter(link face.Prompter) func(dst, data []byte) ([]byte, bool) {
	framing, masked := face.FrameServer, c.socket.Masked()
	if masked {
		framing = face.FrameClient
	}
	return func(dst, data []byte) (out []byte, ok bool) {
		start := len(dst)
		defer func() {
			if recover() != nil {
				out, ok = dst[:start], false
			}
		}()
		var head [headRoom]byte
		out, ok = link.Prompt(append(dst, head[:]...), data)
		if !ok {
			return dst, false
		}
		var mask [4]byte
		if masked {
			mask = newMask()
		}
		return face.AppendFrame(out[:start], framing, out[start+headRoom:], 0, mask), true
	}
}
