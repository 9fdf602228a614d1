package bench

// Curve is how a cost grows.
type Curve struct {
	Name   string  `json:"name"`
	Unit   string  `json:"unit"`
	Points []Point `json:"points"`
}

// Point is one measurement of a curve.
type Point struct {
	N     int     `json:"n"`
	Value float64 `json:"value"`
	Floor float64 `json:"floor,omitempty"`
}

// SVG draws the curves.
func (r *Report) SVG() []byte { return nil }
