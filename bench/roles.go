package bench

// The parts of a measurement, each a process of its own.
const (
	roleLoad    = "load"
	roleFloor   = "floor"
	roleSubject = "subject"
)
