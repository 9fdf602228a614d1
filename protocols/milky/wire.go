package milky

import (
	"llbot/protocols/face"
	"llbot/protocols/wire"
)

const jsonType = "application/json"

// failed is the envelope of a call that did not work; Retcode is never 0.
type failed struct {
	Status  string `json:"status"`
	Retcode int    `json:"retcode"`
	Message string `json:"message"`
}

// empty is the data of a call that answers nothing.
type empty struct{}

// success puts an API's result, which is always an object, into its envelope,
// in the memory of room as far as that goes.
func success(room []byte, data any) face.Response {
	text, err := wire.Marshal(data)
	if err != nil {
		return failure(err)
	}
	body := append(append(append(room, okBefore...), text...), okBehind...)
	return face.Response{Status: 200, ContentType: jsonType, Body: body}
}

// The envelope of what went well.
const (
	okBefore = `{"status":"ok","retcode":0,"data":`
	okBehind = `}`
)

// refusal is a failed envelope with an HTTP status.
func refusal(status, code int, message string) face.Response {
	body := wire.MustMarshal(failed{Status: "failed", Retcode: code, Message: message})
	return face.Response{Status: status, ContentType: jsonType, Body: body}
}
