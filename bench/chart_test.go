package bench

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

func grown() *Report {
	return &Report{Growth: []Curve{
		{Name: "one & two", Unit: "µs", Points: []Point{{1, 5, 4}, {10, 0.9, 0.5}, {1000, 0.3, 0.2}}},
		{Name: "without a floor", Unit: "MB", Points: []Point{{250, 50, 0}, {500, 61, 0}}},
		{Name: "one point", Unit: "MB", Points: []Point{{250, 50, 0}}},
	}}
}

// A chart is well-formed, and every point lies in the picture, dearer ones higher.
func TestSVG(t *testing.T) {
	d := xml.NewDecoder(bytes.NewReader(grown().SVG()))
	var heights []float64
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		start, ok := token.(xml.StartElement)
		if !ok || start.Name.Local != "circle" {
			continue
		}
		for _, a := range start.Attr {
			v, err := strconv.ParseFloat(a.Value, 64)
			switch a.Name.Local {
			case "cx":
				if err != nil || v < marginLeft || v > chartWidth-marginRight {
					t.Errorf("a point at x = %s", a.Value)
				}
			case "cy":
				if err != nil || v < marginTop || v > chartHeight-marginDown {
					t.Errorf("a point at y = %s", a.Value)
				}
				heights = append(heights, v)
			}
		}
	}
	if len(heights) != 9 || heights[0] >= heights[1] || heights[1] >= heights[2] {
		t.Errorf("points at %v", heights)
	}
}

// The chart lies next to the JSON, which names it.
func TestSave(t *testing.T) {
	dir := t.TempDir()
	r := grown()
	if err := r.Save(filepath.Join(dir, "out.json"), ""); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "out.json"))
	if err != nil || !json.Valid(text) || !strings.Contains(string(text), `out.svg"`) {
		t.Errorf("%v: %s", err, text)
	}
	chart, err := os.ReadFile(filepath.Join(dir, "out.svg"))
	if err != nil || !bytes.HasPrefix(chart, []byte("<svg")) {
		t.Errorf("%v: %.40s", err, chart)
	}
}
