package system

// ringStart is the number of slots that the first message makes. Many mailboxes see one at a
// time and keep its slot.
const ringStart = 1

// ring is a queue on a circular slice that doubles when full. It is not safe for
// concurrent use.
type ring struct {
	slots []any // length is 0 or a power of two
	head  uint32
	count uint32
}

func (r *ring) push(v any) {
	if int(r.count) == len(r.slots) {
		r.grow()
	}
	r.slots[int(r.head+r.count)&(len(r.slots)-1)] = v
	r.count++
}

// peek returns the oldest value; the ring must not be empty.
func (r *ring) peek() any { return r.slots[r.head] }

// pop removes and returns the oldest value; the ring must not be empty.
func (r *ring) pop() any {
	v := r.slots[r.head]
	r.slots[r.head] = nil
	r.head = (r.head + 1) & uint32(len(r.slots)-1)
	r.count--
	return v
}

func (r *ring) grow() {
	slots := make([]any, max(ringStart, 2*len(r.slots)))
	n := copy(slots, r.slots[r.head:])
	copy(slots[n:], r.slots[:r.head])
	r.slots, r.head = slots, 0
}

// shrink gives an empty ring's memory back if it holds more than keep slots.
func (r *ring) shrink(keep int) {
	if r.count == 0 && len(r.slots) > keep {
		r.slots, r.head = nil, 0
	}
}

// take removes all values, oldest first.
func (r *ring) take() []any {
	all := make([]any, 0, r.count)
	for r.count > 0 {
		all = append(all, r.pop())
	}
	r.shrink(0)
	return all
}
