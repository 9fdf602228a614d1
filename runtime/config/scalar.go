package config

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"time"
)

// errForm says that a text is not of the form that its field wants.
var errForm = errors.New("not of the expected form")

// sizeUnits are what may follow the number of a size; letters of either case.
func sizeUnits() map[string]int64 {
	return map[string]int64{
		"": 1, "b": 1, "kib": kib, "mib": mib, "gib": gib, "kb": 1e3, "mb": 1e6, "gb": 1e9,
	}
}

// parseSize reads bytes: "256KiB", "64 MiB", "1000".
func parseSize(text string) (int64, error) {
	digits := strings.TrimLeft(text, "0123456789")
	unit, known := sizeUnits()[strings.ToLower(strings.TrimSpace(digits))]
	count, err := strconv.ParseInt(text[:len(text)-len(digits)], 10, 64)
	if err != nil || !known || count > math.MaxInt64/unit {
		return 0, errForm
	}
	return count * unit, nil
}

// parseDuration reads "60s", "1h30m", "500ms", and with whole days before the rest "7d", "1d12h"; never negative.
func parseDuration(text string) (time.Duration, error) {
	days, rest, found := strings.Cut(text, "d")
	if !found {
		days, rest = "0", text
	} else if rest == "" {
		rest = "0"
	}
	count, err := strconv.ParseUint(days, 10, 32)
	if err != nil || count > uint64(math.MaxInt64/day) {
		return 0, errForm
	}
	d, err := time.ParseDuration(rest)
	if whole := time.Duration(count) * day; err == nil && d >= 0 && d <= math.MaxInt64-whole {
		return whole + d, nil
	}
	return 0, errForm
}

// fromMilliseconds turns LLBot's plain numbers into a duration.
func fromMilliseconds(count int64) (time.Duration, error) {
	if count < 0 || count > math.MaxInt64/int64(time.Millisecond) {
		return 0, errForm
	}
	return time.Duration(count) * time.Millisecond, nil
}
