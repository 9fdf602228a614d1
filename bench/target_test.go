//go:build linux

package bench

import (
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"
)

// Another server that cannot do one of the actions is measured by the others,
// and is asked about the group and the member that were named.
func TestTargetThatLacksAnAction(t *testing.T) {
	asked := make(chan string, 1)
	peer := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.Header.Get("Authorization") != "Bearer secret" {
			w.WriteHeader(http.StatusUnauthorized)
		}
		switch r.URL.Path {
		case "/bot/get_group_member_list":
			w.Header().Set("Connection", "close")
			_, _ = io.WriteString(w, `{"status":"failed","retcode":1404}`)
			return
		case "/bot/set_group_card":
			select {
			case asked <- string(body):
			default:
			}
		}
		_, _ = io.WriteString(w, `{"status":"ok","retcode":0,"data":null}`)
	}))
	defer peer.Close()
	target, err := ParseTarget(Named{URL: peer.URL + "/bot", Token: "secret", Group: 77, Member: 88})
	if err != nil {
		t.Fatal(err)
	}
	r, err := Run(t.Context(), Options{
		Self:   self(),
		Rounds: 1, Slice: 20 * time.Millisecond, Target: target,
		Only: regexp.MustCompile(`^(http/onebot/(login|members|set_group_card|send_group_msg)|start/ready)$`),
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Results) != 3 || len(r.Skipped) != 2 {
		t.Fatalf("%+v; skipped %+v", r.Results, r.Skipped)
	}
	for i, want := range []Skip{{"http/onebot/members", "1404"}, {"start/ready", "only this server"}} {
		if got := r.Skipped[i]; got.Name != want.Name || !strings.Contains(got.Reason, want.Reason) {
			t.Errorf("skipped %+v, want %+v", got, want)
		}
	}
	if body := <-asked; !strings.Contains(body, `"group_id":77,"user_id":88`) {
		t.Errorf("asked %s", body)
	}
	if strings.Contains(r.Target, "secret") {
		t.Errorf("the report names the token: %s", r.Target)
	}
}
