package satori

import (
	"testing"

	"llbot/protocols/wire/differential"
)

// What goes over the wire is what encoding/json would make of it.
func FuzzWireTypes(f *testing.F) {
	differential.Fuzz(f,
		User{},
		Guild{},
		Member{},
		Role{},
		Channel{},
		Friend{},
		Login{},
		Message{},
		Event{},
		LoginRef{},
		Emoji{},
		Button{},
		GapData{},
		Meta{},
		frame{},
		identify{},
		messageCreate{},
		page{},
	)
}
