package subject

import "llbot/runtime/config"

// Upstream is the server that holds a measured server's account.
type Upstream struct {
	Driver config.Driver
	URL    string
}

// held gives the configuration's account to another server.
func held(cfg *config.Config, up *Upstream) {
	a := config.NewAccount(up.Driver)
	a.UIN = int64(Account)
	a.Upstream.URL = config.URL(up.URL)
	cfg.Accounts = []config.Account{a}
}

// reportSelf has all endpoints tell of the account's own messages.
func reportSelf(cfg *config.Config) {
	for _, e := range cfg.Endpoints {
		switch e := e.(type) {
		case *config.OneBotHTTP:
			e.ReportSelf = true
		case *config.OneBotWS:
			e.ReportSelf = true
		case *config.Milky:
			e.ReportSelf = true
		case *config.Satori:
			e.ReportSelf = true
		}
	}
}
