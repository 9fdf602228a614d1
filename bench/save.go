package bench

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Save writes the report as JSON to a file and the curves of growth as a
// picture next to it, or to a file of its own. Empty names write nothing.
func (r *Report) Save(file, chart string) error {
	if chart == "" && file != "" {
		chart = strings.TrimSuffix(file, filepath.Ext(file)) + ".svg"
	}
	if chart != "" && len(r.Growth) > 0 {
		if err := os.WriteFile(chart, r.SVG(), 0o644); err != nil {
			return fmt.Errorf("chart: %w", err)
		}
		r.Chart = chart
	}
	if file == "" {
		return nil
	}
	f, err := os.Create(file)
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	return errors.Join(r.WriteJSON(f), f.Close())
}
