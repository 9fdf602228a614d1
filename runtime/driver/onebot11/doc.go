// Package onebot11 holds a QQ account that a OneBot 11 server holds: LLBot,
// NapCat, SnowLuma, go-cqhttp, or this program itself. It plugs into package
// upstream, which keeps the link and the log right.
package onebot11
