// Package store is the embedded database of a data folder (bbolt): so far the
// 32-bit ids of messages. Opening it locks the folder against a second
// process.
package store
