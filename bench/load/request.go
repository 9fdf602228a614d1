package load

import "strconv"

// Post writes a whole HTTP request with a body.
func Post(addr, path, body string, headers ...string) []byte {
	return append(head("POST", addr, path, append(headers, "Content-Length: "+strconv.Itoa(len(body)))), body...)
}

func head(method, addr, path string, headers []string) []byte {
	text := method + " " + path + " HTTP/1.1\r\nHost: " + addr + "\r\n"
	for _, h := range headers {
		text += h + "\r\n"
	}
	return []byte(text + "\r\n")
}

const hookPrefix = "/t/"

// HookPath is where target i of webhooks is reached.
func HookPath(i int) string { return hookPrefix + strconv.Itoa(i) }
