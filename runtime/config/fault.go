package config

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Fault is one thing wrong with a configuration. It never holds a secret.
type Fault struct {
	File         string // empty when the configuration came from code
	Line, Column int    // from 1; columns count characters; 0 when unknown
	Path         string // such as endpoints[2].port; empty for the whole file
	Message      string // what is wrong
	Hint         string // what to do about it; may be empty
}

// Error is one line: file:line:column: path: message; hint.
func (f Fault) Error() string {
	var parts []string
	if f.File != "" {
		where := f.File
		if f.Line > 0 {
			where += ":" + strconv.Itoa(f.Line) + ":" + strconv.Itoa(f.Column)
		}
		parts = append(parts, where)
	}
	if f.Path != "" {
		parts = append(parts, f.Path)
	}
	text := f.Message
	if f.Hint != "" {
		text += "; " + f.Hint
	}
	return strings.Join(append(parts, text), ": ")
}

// Faults is every fault of one configuration, in file order.
type Faults []Fault

// Error is one line per fault.
func (fs Faults) Error() string {
	lines := make([]string, len(fs))
	for i, f := range fs {
		lines[i] = f.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap lets errors.As find a single Fault.
func (fs Faults) Unwrap() []error {
	all := make([]error, len(fs))
	for i, f := range fs {
		all[i] = f
	}
	return all
}

// maxFaults ends a report that has stopped helping; whoever has so many faults reads the first ones.
const maxFaults = 200

// position is a place in the file, both from 1; zero when unknown.
type position struct{ line, column int }

// report collects the faults of one configuration and knows where its paths are written.
type report struct {
	file   string
	places map[string]position // of values, by path
	broken map[string]bool     // paths that already have a fault: what follows from it is not reported
	faults Faults
}

func newReport(file string) *report {
	return &report{file: file, places: map[string]position{}, broken: map[string]bool{}}
}

// add reports a fault at the place of path, or of the nearest part around it that the file has.
func (r *report) add(path, message, hint string) {
	r.at(r.locate(path), path, message, hint)
}

// at reports a fault at a given place.
func (r *report) at(where position, path, message, hint string) {
	if len(r.faults) >= maxFaults || r.broken[path] {
		return
	}
	if path != "" {
		r.broken[path] = true
	}
	r.faults = append(r.faults, Fault{
		File: r.file, Line: where.line, Column: where.column, Path: path, Message: message, Hint: hint,
	})
}

// sound tells whether none of the paths has a fault yet.
func (r *report) sound(paths ...string) bool {
	return !slices.ContainsFunc(paths, func(p string) bool { return r.broken[p] })
}

func (r *report) locate(path string) position {
	for {
		if where, ok := r.places[path]; ok {
			return where
		}
		cut := strings.LastIndexAny(path, ".[")
		if cut < 0 {
			return r.places[""]
		}
		path = path[:cut]
	}
}

// err is nil without faults.
func (r *report) err() error {
	if len(r.faults) == 0 {
		return nil
	}
	slices.SortStableFunc(r.faults, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return r.faults
}
