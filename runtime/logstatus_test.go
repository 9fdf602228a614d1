package runtime_test

import (
	"strings"
	"testing"

	"llbot/protocols/qq"
	"llbot/runtime/admin"
	"llbot/runtime/config"
)

func TestLogStatusOfAServer(t *testing.T) {
	r := start(t, func(cfg *config.Config) { cfg.Durability = config.DurabilityBatch })
	r.sayAll(admin.SayRequest{Group: group, User: alice, Message: admin.Text("x"), Count: 20})
	var st admin.LogStatus
	eventually(t, "everything to be on disk", func() bool {
		got, err := r.admin.Log(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		st = got
		return got.Synced == got.Last
	})
	if st.Durability != "batch" || st.Epoch == 0 || st.First == 0 || st.Last < st.First+19 || st.Segments != 1 ||
		st.Bytes < 1000 || st.Appended < 20 || st.Syncs == 0 || st.SyncP50 <= 0 || st.SyncP99 < st.SyncP50 {
		t.Errorf("%+v", st)
	}
	var sns []qq.SN
	err := r.admin.Events(t.Context(), admin.EventQuery{Last: 5, Type: "MessageReceived"}, func(e admin.EventLine) error {
		sns = append(sns, e.SN)
		if e.Account != bot || !strings.HasSuffix(e.Text, ": x") {
			t.Errorf("%+v", e)
		}
		return nil
	})
	if err != nil || len(sns) != 5 || sns[4] != st.Last {
		t.Errorf("%v, %v; the last is %d", sns, err, st.Last)
	}
}
