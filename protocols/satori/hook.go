package satori

import (
	"context"
	"strconv"
	"time"

	"llbot/protocols/face"
	"llbot/protocols/qq"
)

// HookOptions are the settings of one webhook.
type HookOptions struct {
	Token string // what the receiver wants to see, "" for nothing
}

// Hook is how events are posted to a URL
// (https://satori.chat/zh-CN/advanced/webhook.html).
func (s *Server) Hook(o HookOptions) face.Hook { return hook{s.encoder(true), o.Token} }

type hook struct {
	encoder Encoder
	token   string
}

// Encoder is the form of the bodies: the event alone.
func (h hook) Encoder() face.Encoder { return h.encoder }

// Headers name the opcode of the frame whose body is posted.
func (h hook) Headers(qq.UserID, []byte) []face.Header {
	headers := []face.Header{
		{Name: "Content-Type", Value: "application/json"},
		{Name: "Satori-Opcode", Value: strconv.Itoa(opEvent)},
	}
	if h.token != "" {
		headers = append(headers, face.Header{Name: "Authorization", Value: "Bearer " + h.token})
	}
	return headers
}

// Proven takes 2xx as done. 4xx refuses our token and 5xx is a failure.
func (h hook) Proven(status int) bool { return status >= 200 && status < 300 }

// Answer ignores the body: receivers call the API for what they want done.
func (h hook) Answer(qq.Caller, *qq.Entry, []byte) func(context.Context) error { return nil }

// Beat is none.
func (h hook) Beat() (time.Duration, func(context.Context, qq.Caller, qq.Time) []byte) {
	return 0, nil
}
