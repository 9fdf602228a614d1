package system

import (
	"testing"

	"pgregory.net/rapid"
)

func TestRingIsAQueue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var r ring
		var model []int
		next := 0
		t.Repeat(map[string]func(*rapid.T){
			"push": func(t *rapid.T) {
				for range rapid.IntRange(1, 40).Draw(t, "n") {
					r.push(next)
					model = append(model, next)
					next++
				}
			},
			"pop": func(t *rapid.T) {
				for range min(len(model), rapid.IntRange(1, 40).Draw(t, "n")) {
					if p, v := r.peek(), r.pop(); v != model[0] || p != v {
						t.Fatalf("pop = %v (peek %v), want %d", v, p, model[0])
					}
					model = model[1:]
				}
			},
			"take": func(t *rapid.T) {
				for i, v := range r.take() {
					if v != model[i] {
						t.Fatalf("take[%d] = %v, want %d", i, v, model[i])
					}
				}
				model = nil
			},
			"shrink": func(*rapid.T) { r.shrink(16) },
			"": func(t *rapid.T) {
				if int(r.count) != len(model) {
					t.Fatalf("count = %d, want %d", r.count, len(model))
				}
			},
		})
	})
}

func TestRingGivesMemoryBack(t *testing.T) {
	var r ring
	for i := range 1000 {
		r.push(i)
	}
	r.shrink(0)
	if len(r.slots) != 1024 {
		t.Fatalf("a ring in use shrank to %d slots", len(r.slots))
	}
	for r.count > 0 {
		r.pop()
	}
	for _, v := range r.slots {
		if v != nil {
			t.Fatal("a popped value is still held")
		}
	}
	if r.shrink(2048); len(r.slots) != 1024 {
		t.Fatal("shrank below what it may keep")
	}
	if r.shrink(512); len(r.slots) != 0 {
		t.Fatalf("kept %d slots", len(r.slots))
	}
}
