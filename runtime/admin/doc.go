// Package admin is the server that people and their tools talk to, apart from
// the ports of bot programs: health, metrics, profiles, media links, and a
// control API that plays the simulated QQ, shows the event log, and shows and
// mends deliveries to durable targets. It also holds the API's client.
//
// It knows no other part of the server: what it shows and does is handed in as
// interfaces and functions. The control API and the profiles need the token
// that the server wrote into the data folder: whoever may read that file may
// control the server. What a foreign web page or a rebound host name asks is
// refused before anything else, media links excepted, which prove themselves.
//
// Faults are answered as {"error": "…"}, with every fault of a body named.
package admin
