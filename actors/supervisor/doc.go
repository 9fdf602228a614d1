// Package supervisor is the root of the actor tree: it starts the router, the
// journal, one subtree per account and one per endpoint, restarts what fails,
// and takes everything down in order. It does nothing else and never blocks.
package supervisor
