package config

import (
	"strings"
)

// nearest returns the option that a misspelt word most likely meant, empty when none is near.
func nearest(word string, options []string) string {
	word = strings.ToLower(word)
	best, least := "", max(1, min(3, len([]rune(word))/3))+1
	for _, o := range options {
		if d := distance([]rune(word), []rune(strings.ToLower(o))); d < least {
			best, least = o, d
		}
	}
	return best
}

// distance counts the insertions, deletions, replacements and swaps of neighbours between two words.
func distance(a, b []rune) int {
	if len(a) > 64 || len(b) > 64 {
		return 64 // no key is so long
	}
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			replace := rows[i-1][j-1]
			if a[i-1] != b[j-1] {
				replace++
			}
			rows[i][j] = min(replace, rows[i-1][j]+1, rows[i][j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}

func didYouMean(word string) string {
	if word == "" {
		return ""
	}
	return "did you mean " + quote(word) + "?"
}

// foreignKey translates the keys of LLBot, NapCat and go-cqhttp into ours.
func foreignKey(key string) string {
	plain := strings.ToLower(strings.NewReplacer("_", "", "-", "").Replace(key))
	return map[string]string{
		"type": "kind", "heartinterval": "heartbeat", "heartbeatinterval": "heartbeat", "enableheart": "heartbeat_enable",
		"reportselfmessage": "report_self", "messageformat": "message_format", "messagepostformat": "message_format",
		"accesstoken": "token", "urls": "url", "path": "prefix", "prefix": "path", "address": "host", "listen": "host",
		"qq": "uin", "selfid": "uin", "reconnectinterval": "reconnect", "bots": "accounts", "servers": "endpoints",
		"cors": "origins", "corsorigins": "origins", "loglevel": "log",
	}[plain]
}

// keyHint says what an unknown key probably meant.
func keyHint(key string, fields []field) string {
	known := make([]string, len(fields))
	for i, f := range fields {
		known[i] = f.key
	}
	if key == "enable" || key == "enabled" {
		if near := nearest(key, known); near != "" {
			return didYouMean(near)
		}
		return "whatever is in the list runs; comment an entry out to turn it off"
	}
	ours := foreignKey(key)
	for _, k := range known {
		if k == ours {
			return didYouMean(k)
		}
	}
	if near := nearest(key, known); near != "" {
		return didYouMean(near)
	}
	return "known here: " + strings.Join(known, ", ")
}

// foreignKind translates LLBot's connection types into kinds.
func foreignKind(kind string) Kind {
	return map[string]Kind{
		"http": KindOneBotHTTP, "ws": KindOneBotWS, "ws-reverse": KindOneBotWSReverse, "http-post": KindOneBotWebhook,
		"onebot11": KindOneBotHTTP, "webhook": KindOneBotWebhook,
	}[strings.ToLower(kind)]
}
