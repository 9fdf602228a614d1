package onebot11

import "llbot/protocols/face"

// What the rest of the server knows this face as.
var (
	_ face.Server  = (*HTTP)(nil)
	_ face.Server  = (*WebSocket)(nil)
	_ face.Hook    = (*Hook)(nil)
	_ face.Dialed  = (*Reverse)(nil)
	_ face.Encoder = Encoder{}
)
