package onebot11

import (
	"slices"
	"strings"
	"testing"

	"llbot/protocols/face"
)

// Every way in withholds the same secrets, and tells so.
func TestSecretsAreHandedOutAsConfigured(t *testing.T) {
	cookies := []string{"get_cookies", "get_csrf_token", "get_credentials"}
	for setting, want := range map[Credentials][]string{
		"": cookies, Cookies: cookies, NoCredentials: nil, AllCredentials: append([]string{"get_clientkey"}, cookies...),
	} {
		s := newHTTP(t, func(o *Options) { o.Credentials = setting })
		socket := newSocket(t, func(o *Options) { o.Credentials = setting })
		dialed, err := Reverse(ReverseOptions{Credentials: setting})
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range append([]string{"get_clientkey"}, cookies...) {
			served := slices.Contains(want, name)
			if named := slices.Contains(s.Actions(), name); named != served || dialed.(*reverse).table.Lookup(name) != nil != served {
				t.Errorf("%q: %s is served: %v", setting, name, named)
			}
			caller := &fakeCaller{id: self}
			body := string(serve(s, fakeDirectory{caller}, face.Route{Name: name + "_async", Account: self}, `{"domain":"qun.qq.com"}`).Body)
			if strings.Contains(body, `"ok"`) != served || len(caller.ops) > 0 != served {
				t.Errorf("%q: %s did %s and answered %s", setting, name, opsText(caller.ops), body)
			}
			if !served && !strings.Contains(body, "setting credentials does not allow it") {
				t.Errorf("%q: %s", setting, body)
			}
			if got := answer(t, socket, `{"action":"`+name+`","params":{"domain":"qun.qq.com"}}`); strings.Contains(got, `"ok"`) != served {
				t.Errorf("%q: %s", setting, got)
			}
		}
	}
	if _, err := NewHTTP(Options{Credentials: "some"}); err == nil {
		t.Error("a setting that is none was taken")
	}
}
