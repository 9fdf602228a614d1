package store

import "llbot/actors/account"

// Claim is what Keys.Begin answers. It is the account's, whose Keys these are.
type Claim = account.Claim

// ClaimState tells what is known of the operation under a key.
type ClaimState = account.ClaimState

// The states of a claim, as the account explains them.
const (
	Fresh      = account.Fresh
	Finished   = account.Finished
	InProgress = account.InProgress
	Orphan     = account.Orphan
)

var _ account.Keys = (*Keys)(nil)
