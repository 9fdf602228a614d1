package milky

import "llbot/protocols/face"

// cors are the headers that let an allowed page read answers; nil for every
// other request.
func (s *Server) cors(h *face.Head) []face.Header {
	if !s.options.Guard.Allows(h) {
		return nil
	}
	headers := []face.Header{
		{Name: "Access-Control-Allow-Origin", Value: h.Origin},
		{Name: "Vary", Value: "Origin"},
	}
	if preflight(h) {
		headers = append(headers,
			face.Header{Name: "Access-Control-Allow-Methods", Value: "GET, POST"},
			face.Header{Name: "Access-Control-Allow-Headers", Value: "Authorization, Content-Type, Last-Event-ID, Idempotency-Key"},
			face.Header{Name: "Access-Control-Max-Age", Value: "600"},
		)
	}
	return headers
}

// preflight tells whether a browser asks if it may send the real request. It
// carries no token, so it is answered before the token is looked at.
func preflight(h *face.Head) bool {
	return h.Method == "OPTIONS" && header(h, "Access-Control-Request-Method") != ""
}
