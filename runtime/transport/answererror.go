package transport

import (
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/valyala/fasthttp"
)

// answerError is an answer of a webhook's target that cannot be taken, in words
// for those who run the target: the library's are for those who program with
// it.
type answerError struct {
	text  string
	cause error
}

// Error is our own text alone.
func (e *answerError) Error() string { return e.text }

// Unwrap is the library's error.
func (e *answerError) Unwrap() error { return e.cause }

// ownWords says what a target did wrong. What the network and TLS say stays as
// it is.
func ownWords(err error) error {
	var network net.Error
	var small *fasthttp.ErrSmallBuffer
	say := func(format string, args ...any) error { return &answerError{fmt.Sprintf(format, args...), err} }
	switch {
	case errors.Is(err, fasthttp.ErrConnectionClosed):
		return say("the target closed the connection without an answer")
	case errors.As(err, &small):
		return say("the head of the target's answer is longer than %d KiB", maxAnswerHead>>10)
	case errors.As(err, &network):
		return err
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return say("the target closed the connection in the middle of its answer")
	case strings.Contains(err.Error(), "reading response"):
		return say("the target's answer is not HTTP")
	case strings.HasPrefix(err.Error(), "fasthttp: "):
		return say("the target cannot be asked")
	}
	return err
}

// ownBodyWords is ownWords for an answer whose head was read.
func ownBodyWords(err error) error {
	err = ownWords(err)
	var said *answerError
	var network net.Error
	if errors.As(err, &said) || errors.As(err, &network) {
		return err
	}
	return &answerError{"the body of the target's answer is not HTTP", err}
}
