package sim

import "llbot/protocols/qq"

// serveTalk adds what can be done with messages beside saying them, and with
// pictures and voices.
func (a *actor) serveTalk(h *qq.Handlers) {
	qq.Serve(h, a.forwardMessage)
	qq.Serve(h, a.getForward)
	qq.Serve(h, a.markRead)
	qq.Serve(h, a.markAllRead)
	qq.Serve(h, a.react)
	qq.Serve(h, a.listReactions)
	qq.Serve(h, a.clickButton)
	qq.Serve(h, a.keepMedia)
	qq.Serve(h, a.findMedia)
	qq.Serve(h, a.readText)
	qq.Serve(h, a.transcribeVoice)
	qq.Serve(h, a.listCustomFaces)
	qq.Serve(h, a.recommendFaces)
	qq.Serve(h, a.listVoices)
	qq.Serve(h, a.makeSpeech)
	qq.Serve(h, a.sendSpeech)
}
