package runtime_test

import (
	"fmt"
	"net/url"
	"testing"

	"llbot/runtime/config"
)

func TestOneBotHTTPForms(t *testing.T) {
	r := start(t)
	base := r.url(httpName, "")
	const form = "application/x-www-form-urlencoded"
	for _, c := range []struct{ name, method, path, contentType, body, want string }{
		{"get", "GET", "/get_group_info?group_id=123456", "", "", "123456"},
		{"head says nothing", "HEAD", "/get_group_info?group_id=123456", "", "", ""},
		{"post", "POST", "/get_group_info", jsonType, `{"group_id":123456}`, "123456"},
		{"charset", "POST", "/get_group_info", jsonType + "; charset=utf-8", `{"group_id":123456}`, "123456"},
		{"no content type", "POST", "/get_group_info", "", `{"group_id":123456}`, "123456"},
		{"form", "POST", "/get_group_info", form, "group_id=123456", "123456"},
		{"form, last wins", "POST", "/get_group_info", form + "; charset=utf-8", "group_id=1&group_id=123456", "123456"},
		{"number as string", "POST", "/get_group_info", jsonType, `{"group_id":"123456"}`, "123456"},
		{"query under body", "POST", "/get_group_info?group_id=1", jsonType, `{"group_id":123456}`, "123456"},
		{"query of a post", "POST", "/get_group_info?group_id=123456", jsonType, "", "123456"},
		{"trailing slash", "POST", "/get_group_info/", jsonType, `{"group_id":123456}`, "123456"},
		{"async", "POST", "/get_group_info_async", jsonType, `{"group_id":123456}`, "123456"},
		{"rate limited", "POST", "/get_group_info_rate_limited", jsonType, `{"group_id":123456}`, "123456"},
		{"account in the path", "POST", "/1234567890/get_group_info", jsonType, `{"group_id":123456}`, "123456"},
		{"and a slash behind", "GET", "/1234567890/get_group_info/?group_id=123456", "", "", "123456"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := r.request(c.method, base+c.path, c.body, "Content-Type", c.contentType)
			if a.status != 200 || a.at("data.group_id") != c.want || a.header.Get("Content-Type") != jsonType {
				t.Errorf("%d %v %s", a.status, a.header, a.text)
			}
		})
	}
	for _, body := range []string{"null", "", "{}", " {} "} {
		if a := r.request("POST", base+"/get_login_info", body); a.status != 200 || a.at("data.user_id") != botText {
			t.Errorf("body %q: %d %s", body, a.status, a.text)
		}
	}
}

func TestOneBotHTTPGolden(t *testing.T) {
	r := start(t)
	var talk conversation
	for _, c := range []struct{ method, path, body string }{
		{"GET", "/get_login_info", ""},
		{"GET", "/get_status", ""},
		{"GET", "/get_version_info", ""},
		{"POST", "/get_friend_list", ""},
		{"GET", "/get_group_list", ""},
		{"POST", "/get_group_member_info", `{"group_id":123456,"user_id":10002}`},
		{"POST", "/send_group_msg", `{"group_id":123456,"message":"hi","echo":1}`},
		{"POST", "/get_msg", `{"message_id":0}`},
		{"POST", "/no_such_action", `{}`},
		{"POST", "/send_like", `{}`},
		{"POST", "/send_group_msg", `{"group_id":"x","message":[{"type":"text"},{"type":"unheard_of","data":{}}],"auto_escape":"perhaps"}`},
		{"POST", "/get_group_member_info", `{}`},
		{"POST", "/get_group_info", `{"group_id":99}`},
		{"POST", "/get_group_info", `[1]`},
		{"POST", "/get_group_info", `7`},
		{"POST", "/get_group_info", `{"group_id":`},
		{"POST", "/get_group_info", `group_id=1`},
		{"GET", "/", ""},
		{"GET", "/a/b", ""},
		{"GET", "/99999/get_login_info", ""},
		{"PUT", "/get_login_info", "{}"},
		{"DELETE", "/get_login_info", ""},
		{"POST", "/_events", ""},
	} {
		talk.note("> %s %s %s", c.method, c.path, c.body)
		a := r.request(c.method, r.url(httpName, c.path), c.body)
		talk.note("< %d %s %s", a.status, a.header.Get("Content-Type"), a.text)
	}
	talk.golden(t, "onebot_http.golden")
}

// Clients write a token into an address escaped, or as it is: both get in.
func TestTokensInAddressesNeedNotBeEscaped(t *testing.T) {
	const odd = "base64+of/a%20random;token=="
	r := start(t, withToken(odd))
	for _, written := range []string{odd, url.QueryEscape(odd), url.PathEscape(odd)} {
		query := "?access_token=" + written
		if a := r.request("GET", r.url(httpName, "/get_login_info"+query), ""); a.status != 200 {
			t.Errorf("%s: %d %s", query, a.status, a.text)
		}
		a := r.request("POST", r.url(httpName, "/get_group_info"+query+"&group_id=123456"), "{}", "Content-Type", jsonType)
		if a.status != 200 || a.at("data.group_id") != "123456" {
			t.Errorf("%s: %d %s", query, a.status, a.text)
		}
		conn, resp, err := r.upgrade(wsName, "/"+query)
		if err != nil {
			t.Errorf("%s: %v %v", query, resp, err)
			continue
		}
		_ = conn.CloseNow()
	}
}

func TestOneBotHTTPToken(t *testing.T) {
	r := start(t, withToken(token))
	for _, c := range []struct {
		name, path, auth string
		want             int
	}{
		{"missing", "/get_login_info", "", 401},
		{"Bearer alone", "/get_login_info", "Bearer ", 401},
		{"wrong", "/get_login_info", "Bearer " + token + "x", 403},
		{"wrong in the query", "/get_login_info?access_token=x", "", 403},
		{"a wrong header is not rescued", "/get_login_info?access_token=" + token, "Bearer x", 403},
		{"nothing is learned without", "/no_such_action", "", 401},
		{"not even a stream", "/_events", "", 401},
		{"Bearer", "/get_login_info", "Bearer " + token, 200},
		{"any scheme", "/get_login_info", "token " + token, 200},
		{"bare", "/get_login_info", token, 200},
		{"query", "/get_login_info?access_token=" + token, "", 200},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := r.request("GET", r.url(httpName, c.path), "", "Authorization", c.auth)
			if a.status != c.want || a.status != 200 && a.at("retcode") != fmt.Sprint(c.want) {
				t.Errorf("%d %s, want %d", a.status, a.text, c.want)
			}
		})
	}
}

const friendlyOrigin = "http://console.example:8080"

func friendly(cfg *config.Config) {
	cfg.Origins = []string{friendlyOrigin}
	cfg.Hosts = []string{"bots.example"}
}

// Pages of foreign origins and foreign host names (DNS rebinding) get nothing
// from any port; those of the configured origin get CORS.
func TestBrowsers(t *testing.T) {
	r := start(t, friendly)
	paths := map[string]string{httpName: "/send_group_msg", milkyName: "/api/get_login_info", satoriName: "/v1/login.get", wsName: "/"}
	for endpoint, path := range paths {
		t.Run(endpoint, func(t *testing.T) {
			url := r.url(endpoint, path)
			for _, headers := range [][]string{
				{"Origin", "http://evil.example"},
				{"Origin", "null"},
				{"Sec-Fetch-Site", "cross-site"},
				{"Host", "evil.example:3000"},
			} {
				a := r.request("POST", url, `{}`, append(headers, "Content-Type", jsonType)...)
				if a.status != 403 || a.header.Get("Access-Control-Allow-Origin") != "" {
					t.Errorf("%q: %d %s", headers, a.status, a.text)
				}
				if _, resp, err := r.upgrade(endpoint, path, headers...); err == nil || resp.StatusCode != 403 {
					t.Errorf("upgrade with %q: %v %v", headers, resp, err)
				}
			}
			if a := r.request("POST", url, `{}`, "Content-Type", jsonType, "Host", "bots.example:99"); a.status == 403 {
				t.Errorf("our own name: %d %s", a.status, a.text)
			}
			a := r.request("POST", url, `{}`, "Content-Type", jsonType, "Origin", friendlyOrigin)
			if a.status == 403 || a.header.Get("Access-Control-Allow-Origin") != friendlyOrigin {
				t.Errorf("allowed origin: %d %v %s", a.status, a.header, a.text)
			}
			if endpoint == wsName {
				return
			}
			a = r.request("OPTIONS", url, "", "Origin", friendlyOrigin, "Access-Control-Request-Method", "POST",
				"Access-Control-Request-Headers", "authorization,content-type")
			if a.status != 204 || a.header.Get("Access-Control-Allow-Origin") != friendlyOrigin || a.header.Get("Access-Control-Allow-Methods") == "" {
				t.Errorf("preflight: %d %v %s", a.status, a.header, a.text)
			}
			a = r.request("OPTIONS", url, "", "Origin", "http://evil.example", "Access-Control-Request-Method", "POST")
			if a.status != 403 || a.header.Get("Access-Control-Allow-Origin") != "" {
				t.Errorf("foreign preflight: %d %v", a.status, a.header)
			}
		})
	}
}

func TestPreflightNeedsNoToken(t *testing.T) {
	r := start(t, friendly, withToken(token))
	for endpoint, path := range map[string]string{httpName: "/get_status", milkyName: "/api/get_login_info", satoriName: "/v1/login.get"} {
		a := r.request("OPTIONS", r.url(endpoint, path), "", "Origin", friendlyOrigin, "Access-Control-Request-Method", "POST")
		if a.status != 204 {
			t.Errorf("%s: %d %s", endpoint, a.status, a.text)
		}
		a = r.request("POST", r.url(endpoint, path), "{}", "Origin", friendlyOrigin, "Content-Type", jsonType)
		if a.status != 401 || a.header.Get("Access-Control-Allow-Origin") != friendlyOrigin {
			t.Errorf("%s without a token: %d %v", endpoint, a.status, a.header)
		}
	}
}
