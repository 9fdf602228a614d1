package satori

// unserved is a name of the specification that this server does not answer.
type unserved struct {
	status int // 404: QQ has no such thing; 501: not in this release
	reason string
}

// notServed lists them.
func notServed() map[string]unserved {
	missing := func(why string) unserved { return unserved{statusNotFound, why} }
	return map[string]unserved{
		"channel.create":    missing("a QQ group has exactly one channel"),
		"message.update":    missing("QQ cannot edit messages"),
		"reaction.clear":    missing("QQ cannot take away the reactions of others"),
		"guild.role.create": missing("the roles of QQ groups are fixed"),
		"guild.role.update": missing("the roles of QQ groups are fixed"),
		"guild.role.delete": missing("the roles of QQ groups are fixed"),
		// Without Options.Hooks:
		hookCreateName: {statusNotImplemented, "webhooks are set in the configuration"},
		hookDeleteName: {statusNotImplemented, "webhooks are set in the configuration"},
	}
}
