package sim

import "llbot/protocols/qq"

// serveTalk adds what can be done with messages beside saying them, and with
// pictures and voices.
func serveTalk(h *abilities) {
	qq.ServeShared(h, (*actor).forwardMessage)
	qq.ServeShared(h, (*actor).getForward)
	qq.ServeShared(h, (*actor).markRead)
	qq.ServeShared(h, (*actor).markAllRead)
	qq.ServeShared(h, (*actor).react)
	qq.ServeShared(h, (*actor).listReactions)
	qq.ServeShared(h, (*actor).clickButton)
	qq.ServeShared(h, (*actor).keepMedia)
	qq.ServeShared(h, (*actor).findMedia)
	qq.ServeShared(h, (*actor).readText)
	qq.ServeShared(h, (*actor).transcribeVoice)
	qq.ServeShared(h, (*actor).listCustomFaces)
	qq.ServeShared(h, (*actor).recommendFaces)
	qq.ServeShared(h, (*actor).listVoices)
	qq.ServeShared(h, (*actor).makeSpeech)
	qq.ServeShared(h, (*actor).sendSpeech)
}
