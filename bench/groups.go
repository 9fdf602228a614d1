package bench

// groups are all scenarios, in the order in which they are measured.
func groups() []group {
	return []group{httpGroup(), socketGroup(), fanoutGroup(), pacedGroup(), appendGroup(), hookGroup(), idleGroup(), stuckGroup(), panicGroup(), accountsGroup(), startGroup(), chainGroup()}
}
