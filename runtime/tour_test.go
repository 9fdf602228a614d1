package runtime_test

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"llbot/protocols/action"
	"llbot/runtime/admin"
	"llbot/runtime/driver/sim"
)

// step is one call of a protocol's reference; keep notes parts of the answer, by
// path, under names that later calls write as $name.
type step struct {
	action, params string
	keep           map[string]string
}

// noting is what a step keeps: names and paths by turns.
func noting(path ...string) map[string]string {
	keep := map[string]string{}
	for i := 0; i+1 < len(path); i += 2 {
		keep[path[i]] = path[i+1]
	}
	return keep
}

// tour makes the calls of a reference one after another and remembers the first
// of each name as its example.
type tour struct {
	t     *testing.T
	noted map[string]string
	names []string // in the order of their examples
	shown map[string]action.Example
}

func newTour(t *testing.T) *tour {
	return &tour{t: t, noted: map[string]string{}, shown: map[string]action.Example{}}
}

// take makes a call and notes what the step keeps; good tells whether it
// succeeded.
func (w *tour) take(s step, call func(name, params string) answer, good func(answer) bool) {
	w.t.Helper()
	params := s.params
	for _, name := range slices.Backward(slices.Sorted(maps.Keys(w.noted))) { // a name may begin as another one is called
		params = strings.ReplaceAll(params, "$"+name, w.noted[name])
	}
	a := call(s.action, params)
	if !good(a) {
		w.t.Errorf("%s %s: %d %s", s.action, params, a.status, a.text)
		return
	}
	for name, path := range s.keep {
		if w.noted[name] = word(a.at(path)); w.noted[name] == "" {
			w.t.Errorf("%s: no %s in %s", s.action, path, a.text)
		}
	}
	w.show(s.action, params, a.text)
}

// show makes a call the example of its name, unless there is one that says more.
func (w *tour) show(name, params, text string) {
	known, again := w.shown[name]
	switch {
	case !again:
		w.names = append(w.names, name)
	case !strings.Contains(known.Answer, `"data":[]`):
		return
	}
	w.shown[name] = action.Example{Params: params, Answer: text}
}

// write puts the examples into the file that the reference is made of, when the
// test is asked to.
func (w *tour) write(file string) {
	w.t.Helper()
	if !*update {
		return
	}
	var b strings.Builder
	for _, name := range w.names {
		fmt.Fprintf(&b, "# %s\n> %s\n< %s\n", name, w.shown[name].Params, w.shown[name].Answer)
	}
	if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
		w.t.Fatal(err)
	}
}

// ask has people ask for what the account may grant.
func (r *rig) ask() {
	r.t.Helper()
	if err := r.admin.RequestFriend(r.t.Context(), admin.FriendRequest{From: carol, To: bot, Comment: "it is me"}); err != nil {
		r.t.Fatal(err)
	}
	if err := r.admin.RequestJoin(r.t.Context(), admin.JoinRequest{Group: group, User: sim.SeedDave, Comment: "let me in"}); err != nil {
		r.t.Fatal(err)
	}
}
