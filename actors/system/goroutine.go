package system

// Go runs fn on a goroutine of its own. A panic in it is logged and counted instead of
// ending the process, then onPanic, which may be nil, is called with it; an actor sends
// itself a message there. The name appears in the log and in the error.
func (s *System) Go(name string, fn func(), onPanic func(error)) {
	go func() {
		err := s.Guard(name, fn)
		if err != nil && onPanic != nil {
			// The report may fail like the work did; nobody is left to be told.
			_ = s.Guard(name, func() { onPanic(err) })
		}
	}()
}

// Guard runs fn here and returns its panic as a *PanicError, logged and counted.
func (s *System) Guard(name string, fn func()) (err error) {
	defer func() {
		if r := recover(); r != nil {
			failure := recovered(name, r)
			s.counters.workPanics.Add(1)
			s.logPanic("work panicked", failure)
			err = failure
		}
	}()
	fn()
	return nil
}
