package runtime_test

import "llbot/runtime/config"

// viaSatoriDriver is the protocol of the Satori driver. A server of ours sends by
// itself what was missed.
func viaSatoriDriver() upstreamProtocol {
	return upstreamProtocol{
		name: "satori", driver: config.DriverSatori, endpoint: satoriName, resumes: true,
		account: func(addr string) config.Account {
			a := config.NewAccount(config.DriverSatori)
			a.Upstream.URL, a.Upstream.Token = config.URL("http://"+addr), token
			return a
		},
	}
}
