// Package config reads the YAML file that says what one llbot process runs: accounts, endpoints, limits.
//
// It answers three questions. What runs without a file: [Default]. What a file says: [Load] and [Parse], which lay
// the file over the defaults, report every fault at once with its line and column, and refuse what would be unsafe
// (an address that other machines can reach without a strong token). What a configuration means: [Explain], for
// people, without ever printing a secret.
//
// The result is plain typed data. Nothing here opens a socket or starts anything, and a [Config] built in code obeys
// the same rules through [Config.Validate].
package config
