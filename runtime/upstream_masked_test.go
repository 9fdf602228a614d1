package runtime_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/coder/websocket"
)

// mask stands before a OneBot server of ours and makes it speak like another
// implementation: it calls itself so, numbers no events, knows no place to go on
// from and no keys, and names messages and pages the way that one does. What it
// hides is what the driver must make up for.
type mask struct {
	app   string
	lacks []string // actions that it has not
	// dress puts a message that goes out into the implementation's words.
	dress func(m *mask, message map[string]any)
	// told does the same with what only an event has otherwise.
	told func(event map[string]any)
	// turn puts the parameters of a history into ours; false: the page is empty.
	turn func(m *mask, params map[string]any) bool

	mu      sync.Mutex
	seqs    map[string]any    // message_id → our message_seq, of what was shown
	order   []string          // of seqs, oldest first
	hushed  string            // an action whose answer is lost with the link
	muted   bool              // own messages are not told
	stays   bool              // the link does not end with the hushed answer
	lost    string            // an action that does not get to the server, nor is answered
	asked   map[string]int    // how often each action was asked for
	pending map[string]string // actions that wait, by echo
}

// idsKept is how many ids NapCat remembers.
const idsKept = 5000

func newMask(app string) *mask {
	return &mask{app: app, seqs: map[string]any{}, asked: map[string]int{}, pending: map[string]string{}}
}

// maskLLBot needs no other words: ours are LLBot's.
func maskLLBot() *mask { return newMask("LLOneBot") }

// maskGocqhttp has no history of friends; a page of a group's is twenty
// numbers wide, whatever is asked for.
func maskGocqhttp() *mask {
	m := newMask("go-cqhttp")
	m.lacks = []string{"get_friend_msg_history"}
	m.turn = func(_ *mask, params map[string]any) bool {
		params["count"] = 20
		return true
	}
	return m
}

// maskNapCat names messages by ids that it forgets; the number is real_seq, a
// text, and pages end at an id under message_seq, backwards only when asked so.
func maskNapCat() *mask {
	m := newMask("NapCat.Onebot")
	m.dress = func(m *mask, message map[string]any) {
		m.show(message)
		message["real_seq"] = word(text(message["message_seq"]))
		message["message_seq"] = message["message_id"]
	}
	m.turn = func(m *mask, params map[string]any) bool {
		if params["message_seq"] != nil && params["reverseOrder"] != true {
			return false // what came after it
		}
		delete(params, "reverseOrder")
		return m.endAt(params, params["message_seq"])
	}
	return m
}

// maskSnowLuma ends pages at an id under its own name. To whom an own private
// message went is told by get_msg of the id that the send was answered with alone;
// the event has an id of its own.
func maskSnowLuma() *mask {
	m := newMask("SnowLuma")
	m.dress = func(m *mask, message map[string]any) {
		m.show(message)
		if message["post_type"] == "message_sent" {
			delete(message, "target_id")
		}
	}
	m.told = func(event map[string]any) {
		if event["post_type"] == "message_sent" && event["message_type"] == "private" {
			id, _ := strconv.ParseInt(text(event["message_id"]), 10, 32)
			event["message_id"] = id ^ 0x5a5a
		}
	}
	m.turn = func(m *mask, params map[string]any) bool { return m.endAt(params, params["message_id"]) }
	return m
}

// show remembers a message's number under its id.
func (m *mask) show(message map[string]any) {
	m.mu.Lock()
	defer m.mu.Unlock()
	id := text(message["message_id"])
	if _, known := m.seqs[id]; known {
		return
	}
	m.seqs[id] = message["message_seq"]
	if m.order = append(m.order, id); len(m.order) > idsKept {
		delete(m.seqs, m.order[0])
		m.order = m.order[1:]
	}
}

// endAt puts the number of an id into the parameters of a history; without an id
// the page ends at the newest message.
func (m *mask) endAt(params map[string]any, id any) bool {
	delete(params, "message_id")
	delete(params, "message_seq")
	if id == nil {
		return true
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	seq, known := m.seqs[text(id)]
	params["message_seq"] = seq
	return known
}

func text(v any) string {
	out, _ := json.Marshal(v)
	return string(out)
}

// set changes what the mask keeps to itself.
func (m *mask) set(hushed string, muted bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.hushed, m.muted = hushed, muted
}

// count is how often an action was asked for.
func (m *mask) count(action string) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.asked[action]
}

// before starts the mask before a server and answers where it is reached.
func (m *mask) before(t *testing.T, to func() string) string {
	t.Helper()
	ctx, end := context.WithCancel(context.Background())
	var work sync.WaitGroup
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		work.Add(1)
		defer work.Done()
		m.serve(ctx, w, r, to())
	}))
	t.Cleanup(func() { end(); work.Wait(); s.Close() })
	return strings.TrimPrefix(s.URL, "http://")
}

// serve joins a client to the server. The place to go on from is in the query,
// which the server is not told.
func (m *mask) serve(ctx context.Context, w http.ResponseWriter, r *http.Request, to string) {
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	server, resp, err := websocket.Dial(ctx, "ws://"+to+r.URL.Path,
		&websocket.DialOptions{HTTPClient: client, HTTPHeader: http.Header{"Authorization": r.Header["Authorization"]}})
	if err != nil {
		status := http.StatusBadGateway
		if resp != nil {
			status = resp.StatusCode
		}
		http.Error(w, "refused", status)
		return
	}
	defer server.CloseNow()
	peer, err := websocket.Accept(w, r, nil)
	if err != nil {
		return
	}
	defer peer.CloseNow()
	server.SetReadLimit(64 << 20)
	peer.SetReadLimit(64 << 20)
	ctx, end := context.WithCancel(ctx)
	var both sync.WaitGroup
	both.Go(func() {
		defer end()
		pass(ctx, peer, func(f map[string]any) bool {
			answer, onward := m.in(f)
			return written(ctx, peer, answer) && written(ctx, server, onward)
		})
	})
	both.Go(func() {
		defer end()
		pass(ctx, server, func(f map[string]any) bool {
			onward, cut := m.out(f)
			return !cut && written(ctx, peer, onward)
		})
	})
	both.Wait()
}

// pass reads frames until on wants no more.
func pass(ctx context.Context, from *websocket.Conn, on func(map[string]any) bool) {
	for {
		_, frame, err := from.Read(ctx)
		if err != nil {
			return
		}
		var tree map[string]any
		decoder := json.NewDecoder(bytes.NewReader(frame))
		decoder.UseNumber()
		if decoder.Decode(&tree) != nil || !on(tree) {
			return
		}
	}
}

// written writes a frame, if there is one.
func written(ctx context.Context, to *websocket.Conn, frame []byte) bool {
	return frame == nil || to.Write(ctx, websocket.MessageText, frame) == nil
}

func encoded(tree any) []byte {
	out, _ := json.Marshal(tree)
	return out
}

// in is what becomes of a call.
func (m *mask) in(f map[string]any) (answer, onward []byte) {
	action, _ := f["action"].(string)
	m.mu.Lock()
	m.asked[action]++
	m.pending[text(f["echo"])] = action
	lost := m.lost != "" && action == m.lost
	m.mu.Unlock()
	if lost {
		return nil, nil
	}
	if slices.Contains(m.lacks, action) {
		return encoded(map[string]any{"status": "failed", "retcode": 1404, "message": "no such action", "data": nil, "echo": f["echo"]}), nil
	}
	delete(f, "idempotency_key")
	params, _ := f["params"].(map[string]any)
	if m.turn != nil && strings.HasSuffix(action, "_msg_history") && !m.turn(m, params) {
		return encoded(map[string]any{"status": "ok", "retcode": 0, "data": map[string]any{"messages": []any{}}, "echo": f["echo"]}), nil
	}
	return nil, encoded(f)
}

// out is what becomes of an event or an answer, nil for nothing; cut ends the
// link.
func (m *mask) out(f map[string]any) (onward []byte, cut bool) {
	if _, event := f["post_type"]; event {
		return m.event(f), false
	}
	echo := text(f["echo"])
	m.mu.Lock()
	action := m.pending[echo]
	delete(m.pending, echo)
	hushed := m.hushed != "" && action == m.hushed
	m.mu.Unlock()
	if hushed {
		return nil, !m.stays
	}
	data, _ := f["data"].(map[string]any)
	switch {
	case action == "get_version_info":
		data["app_name"] = m.app
	case action == "get_msg" && data != nil:
		target, tells := data["target_id"]
		m.message(data)
		if tells {
			data["target_id"] = target
		}
	case strings.HasSuffix(action, "_msg_history") && data != nil:
		list, _ := data["messages"].([]any)
		for _, one := range list {
			if message, ok := one.(map[string]any); ok {
				m.message(message)
			}
		}
	}
	return encoded(f), false
}

func (m *mask) event(f map[string]any) []byte {
	delete(f, "_sn")
	m.mu.Lock()
	muted := m.muted && f["post_type"] == "message_sent"
	m.mu.Unlock()
	switch {
	case muted, strings.HasPrefix(word(text(f["meta_event_type"])), "_"), strings.HasPrefix(word(text(f["notice_type"])), "_"):
		return nil
	case f["post_type"] == "message", f["post_type"] == "message_sent":
		m.message(f)
		if m.told != nil {
			m.told(f)
		}
	}
	return encoded(f)
}

func (m *mask) message(f map[string]any) {
	delete(f, "_sn")
	if m.dress != nil {
		m.dress(m, f)
	}
}

// viaMask is OneBot over a forward WebSocket to a server that hides being ours.
func viaMask(name string, m *mask) upstreamProtocol {
	p := viaOneBotDriver()
	p.name, p.resumes, p.mask = name, false, m
	return p
}

// maskedProtocols are the OneBot implementations that our own server can pass
// for.
func maskedProtocols() []upstreamProtocol {
	return []upstreamProtocol{
		viaMask("LLBot", maskLLBot()), viaMask("NapCat", maskNapCat()), viaMask("go-cqhttp", maskGocqhttp()), viaMask("SnowLuma", maskSnowLuma()),
	}
}
