package satori

// unserved is a name of the specification that this server does not answer.
type unserved struct {
	status int // 404: QQ has no such thing; 501: not in this release
	reason string
}

// notServed lists them. A name that ends in a slash stands for all below it.
func notServed() map[string]unserved {
	missing := func(why string) unserved { return unserved{statusNotFound, why} }
	later := func(why string) unserved { return unserved{statusNotImplemented, why} }
	return map[string]unserved{
		"channel.create":    missing("a QQ group has exactly one channel"),
		"message.update":    missing("QQ cannot edit messages"),
		"reaction.clear":    missing("QQ cannot take away the reactions of others"),
		"guild.role.create": missing("the roles of QQ groups are fixed"),
		"guild.role.update": missing("the roles of QQ groups are fixed"),
		"guild.role.delete": missing("the roles of QQ groups are fixed"),
		"guild.role.get":    missing("not in the specification; see guild.role.list"),
		"admin/":            missing("admin is the old name of /v1/meta"),
		"channel.update":    later("renaming groups is not in this release"),
		"reaction.create":   later("reactions are not in this release"),
		"reaction.delete":   later("reactions are not in this release"),
		"reaction.list":     later("reactions are not in this release"),
		"upload.create":     later("uploads are not in this release; send data: or base64:// in src"),
		hookCreateName:      later("webhooks are set in the configuration"), // without Options.Hooks
		hookDeleteName:      later("webhooks are set in the configuration"),
		"proxy/":            later("the proxy is not in this release"),
		"internal/":         later("internal calls are not in this release"),
	}
}
