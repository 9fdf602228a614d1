package bench

import (
	"fmt"
	"strings"

	"llbot/bench/subject"
)

// variant is a form in which events are delivered.
type variant struct {
	name  string
	port  string
	path  string
	hello string // what the client says first
	sign  string // is in each delivery of this form, and of no other
}

func socketVariants() []variant {
	return []variant{
		{name: "array", port: portWS, path: "/event", sign: `"message":[`},
		{name: "string", port: subject.StringWS, path: "/event", sign: `"message":"`},
		{name: "milky", port: portMilky, path: "/event", sign: `"event_type":`},
		{name: "satori", port: portSatori, path: "/v1/events", hello: `{"op":3,"body":{}}`, sign: `"op":0`},
	}
}

func streamVariants() []variant {
	return []variant{
		{name: "array", port: portHTTP, path: "/_events", sign: `"message":[`},
		{name: "milky", port: portMilky, path: "/event", sign: `"event_type":`},
	}
}

// fanout is one event to n listeners, as often as they take it.
type fanout struct {
	Row
	variants []variant
	stream   bool
	n        int
	join     int // events in one write of the floor: batched, or 1
	naive    bool
	figures  bool // also the allocations
	growth   bool // a point of the curve
}

const batched = 64

// fanoutTarget is what should be reached at n.
func fanoutTarget(n int) float64 {
	switch {
	case n <= 10:
		return 0.60
	case n <= 100:
		return 0.80
	case n <= 1000:
		return 0.90
	}
	return 0.75
}

// fanouts lists what is measured saturated.
func fanouts(quick bool) []fanout {
	const unit = "deliveries/s"
	var list []fanout
	add := func(name string, variants []variant, sizes ...int) {
		for _, n := range sizes {
			list = append(list, fanout{
				Row:      atLeast(fmt.Sprintf("fanout/%s/%d", name, n), fanoutTarget(n), unit),
				variants: variants, n: n, join: batched, figures: true,
			})
		}
	}
	all := socketVariants()
	add("array", all[:1], 1, 10, 100, 1000, 5000)
	list = append(list, doublings(quick, all[:1])...)
	list = append(list, plains(quick, all[:1])...)
	for i, v := range all[1:] {
		if !quick { // where all four are mixed each is there
			add(v.name, all[i+1:i+2], 1, 10, 100, 1000, 5000)
		}
	}
	list = append(list, fanout{ // what an event allocates by itself that has all four forms
		Row:      Row{Name: fmt.Sprintf("fanout/mixed/%d", len(all)), Better: Higher, Unit: unit},
		variants: all, n: len(all), join: batched, figures: true,
	})
	if quick {
		add("mixed", all, 1000)
	} else {
		add("mixed", all, 10, 100, 1000, 5000)
	}
	list = append(list, fanout{
		Row: atLeast("fanout/array/1000/naive", 20, unit), variants: all[:1], n: 1000, naive: true,
	})
	streams, sizes := streamVariants(), []int{1, 10, 100, 1000, 5000}
	if quick {
		streams, sizes = streams[:1], []int{1000}
	}
	for i, v := range streams {
		for _, n := range sizes {
			list = append(list, fanout{
				Row: atLeast(fmt.Sprintf("sse/%s/%d", v.name, n), 0.80, unit), variants: streams[i : i+1], n: n, join: batched, stream: true,
			})
		}
	}
	return list
}

// plains are held against a floor that writes each event by itself, as the
// server must when few events wait.
func plains(quick bool, variants []variant) []fanout {
	var list []fanout
	for _, n := range []int{1, 10, 100, 1000} {
		if quick {
			break
		}
		list = append(list, fanout{
			Row:      Row{Name: fmt.Sprintf("fanout/array/%d/plain", n), Better: Higher, Unit: "deliveries/s"},
			variants: variants, n: n, join: 1,
		})
	}
	return list
}

// doublings are the same for N doubled, from which the curve is drawn; the
// short form draws it from the sizes that it measures anyway.
func doublings(quick bool, variants []variant) []fanout {
	var list []fanout
	for n := 1; n <= 8192 && !quick; n *= 2 {
		list = append(list, fanout{
			Row:      Row{Name: fmt.Sprintf("growth/array/%d", n), Better: Higher, Unit: "deliveries/s"},
			variants: variants, n: n, join: batched, growth: true,
		})
	}
	return list
}

func (f fanout) allocations() Row {
	return Row{Name: strings.Replace(f.Name, "fanout/", "allocations/", 1), Unit: "objects/delivery", needs: needInside}
}
