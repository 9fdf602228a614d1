package milky

import (
	"llbot/protocols/face"
	"llbot/protocols/wire"
)

const jsonType = "application/json"

// succeeded is the envelope of a call that worked; Data is always an object.
type succeeded struct {
	Status  string `json:"status"`
	Retcode int    `json:"retcode"`
	Data    any    `json:"data"`
}

// failed is the envelope of a call that did not work; Retcode is never 0.
type failed struct {
	Status  string `json:"status"`
	Retcode int    `json:"retcode"`
	Message string `json:"message"`
}

// empty is the data of a call that answers nothing.
type empty struct{}

// success puts an API's result into its envelope.
func success(data any) face.Response {
	body, err := wire.Marshal(succeeded{Status: "ok", Data: data})
	if err != nil {
		return failure(err)
	}
	return face.Response{Status: 200, ContentType: jsonType, Body: body}
}

// refusal is a failed envelope with an HTTP status.
func refusal(status, code int, message string) face.Response {
	body := wire.MustMarshal(failed{Status: "failed", Retcode: code, Message: message})
	return face.Response{Status: status, ContentType: jsonType, Body: body}
}
