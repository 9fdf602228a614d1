package load

// Order checks that numbers 1, 2, 3 … come once each and in order, and counts
// what is wrong. The zero value expects 1.
type Order struct {
	last   uint64
	absent map[uint64]struct{} // passed over and not come since

	Doubled   uint64 // came a second time
	Reordered uint64 // came after a greater one
}

// Came notes a number and tells whether it is news, not a repeat.
func (o *Order) Came(n uint64) bool {
	if n == o.last+1 {
		o.last = n
		return true
	}
	if n > o.last {
		if o.absent == nil {
			o.absent = map[uint64]struct{}{}
		}
		for skipped := o.last + 1; skipped < n; skipped++ {
			o.absent[skipped] = struct{}{}
		}
		o.last = n
		return true
	}
	if _, late := o.absent[n]; late {
		delete(o.absent, n)
		o.Reordered++
		return true
	}
	o.Doubled++
	return false
}

// Missing is how many numbers below the greatest did not come.
func (o *Order) Missing() uint64 { return uint64(len(o.absent)) }

// Last is the greatest number that came.
func (o *Order) Last() uint64 { return o.last }

// Start has the numbers after n expected next, whatever came before.
func (o *Order) Start(n uint64) { *o = Order{last: n} }
