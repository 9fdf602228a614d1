package supervisor

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"llbot/actors/conn"
	"llbot/actors/endpoint"
	"llbot/protocols/face"
	"llbot/protocols/qq"
)

// hook is a webhook's protocol without a word.
type hook struct{ face.Hook }

func (hook) Encoder() face.Encoder                                                   { return numbers{} }
func (hook) Headers(qq.UserID, []byte) []face.Header                                 { return nil }
func (hook) Proven(int) bool                                                         { return true }
func (hook) Beat() (time.Duration, func(context.Context, qq.Caller, qq.Time) []byte) { return 0, nil }
func (hook) Answer(qq.Caller, *qq.Entry, []byte) func(context.Context) error         { return nil }

type numbers struct{}

func (numbers) Encode(dst []byte, _ *qq.Entry) ([]byte, bool) { return append(dst, '1'), true }

// poster notes deliveries.
type poster struct{ diary *diary }

func (p poster) Post(context.Context, string, []face.Header, []byte) (conn.Answer, error) {
	p.diary.note("posted")
	return conn.Answer{Status: 200}, nil
}

// TestRegisteredWebhooksWaitForAllPorts: nothing is posted by a start that
// fails, although it waits since an earlier life.
func TestRegisteredWebhooksWaitForAllPorts(t *testing.T) {
	inside(t, func(t *testing.T, h *house) {
		plan := func(addrs ...string) Plan {
			plan := h.plan(addrs...)
			plan.Env.Poster, plan.Env.Targets = poster{h.diary}, conn.NewTargets(nil)
			plan.Env.Targets.Open(endpoint.WebhookTarget("a", 10001, "hook"), conn.TargetWebhook, 10001).Move(h.log.Last())
			waiting := &qq.Entry{Account: 10001, Time: now(), Event: &qq.FriendDeleted{}}
			_, err := h.log.Append(waiting, nil)
			want(t, "appended", err, nil)
			plan.Router.Last = h.log.Last()
			open := plan.Endpoints
			plan.Endpoints = func(all endpoint.Accounts, env conn.Env) ([]endpoint.Options, error) {
				list, err := open(all, env)
				list[0].Webhooks = endpoint.NewWebhooks(endpoint.Webhook{ID: "hook", URL: "http://target", Hook: hook{}})
				return list, err
			}
			return plan
		}
		_, err := Start(t.Context(), h.sys, plan("a", "b", "taken"))
		want(t, "failed", err != nil, true)
		synctest.Wait()
		want(t, "posted in vain", strings.Contains(h.diary.all(), "posted"), false)

		tree, err := Start(t.Context(), h.sys, plan("a", "b"))
		want(t, "started", err, nil)
		synctest.Wait()
		want(t, "posted", strings.Contains(h.diary.order(), "port opens, port opens, posted"), true)
		want(t, "stopped", tree.Stop(t.Context()), nil)
	})
}
