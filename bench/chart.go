package bench

import (
	"bytes"
	"fmt"
	"html"
	"math"
)

// Curve is how a cost grows with a number that is doubled.
type Curve struct {
	Name   string  `json:"name"`
	Unit   string  `json:"unit"`
	Points []Point `json:"points"`
}

// Point is one measurement of a curve.
type Point struct {
	N     int     `json:"n"`
	Value float64 `json:"value"`
	Floor float64 `json:"floor,omitempty"` // 0: there is none
}

// The sizes of a chart, in pixels.
const (
	chartWidth  = 720
	chartHeight = 320
	marginLeft  = 80
	marginRight = 30
	marginTop   = 50
	marginDown  = 50
)

// SVG draws the curves one below the other, both axes logarithmic.
func (r *Report) SVG() []byte {
	var b bytes.Buffer
	_, _ = fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="12">`+"\n",
		chartWidth, chartHeight*len(r.Growth))
	_, _ = fmt.Fprintf(&b, `<rect width="100%%" height="100%%" fill="white"/>`+"\n")
	for i, c := range r.Growth {
		_, _ = fmt.Fprintf(&b, `<g transform="translate(0 %d)">`+"\n", i*chartHeight)
		c.draw(&b)
		_, _ = fmt.Fprintf(&b, "</g>\n")
	}
	_, _ = fmt.Fprintf(&b, "</svg>\n")
	return b.Bytes()
}

// scale maps values to pixels.
type scale struct{ low, high, from, to float64 }

func (s scale) at(v float64) float64 {
	if s.high == s.low {
		return (s.from + s.to) / 2
	}
	return s.from + (math.Log(v)-math.Log(s.low))/(math.Log(s.high)-math.Log(s.low))*(s.to-s.from)
}

// scales fit a curve's points, the upright one to whole powers of ten.
func (c Curve) scales() (x, y scale) {
	x = scale{math.Inf(1), 0, marginLeft, chartWidth - marginRight}
	y = scale{math.Inf(1), 0, chartHeight - marginDown, marginTop}
	for _, p := range c.Points {
		x.low, x.high = min(x.low, float64(p.N)), max(x.high, float64(p.N))
		for _, v := range []float64{p.Value, p.Floor} {
			if v > 0 {
				y.low, y.high = min(y.low, v), max(y.high, v)
			}
		}
	}
	y.low, y.high = math.Pow(10, math.Floor(math.Log10(y.low))), math.Pow(10, math.Ceil(math.Log10(y.high)))
	return x, y
}

func (c Curve) draw(b *bytes.Buffer) {
	x, y := c.scales()
	_, _ = fmt.Fprintf(b, `<text x="%d" y="20" font-size="14">%s</text><text x="%d" y="38" fill="#666">%s</text>`+"\n",
		marginLeft, html.EscapeString(c.Name), marginLeft, html.EscapeString(c.Unit))
	for v := y.low; v <= y.high*1.01; v *= 10 {
		_, _ = fmt.Fprintf(b, `<line x1="%d" x2="%d" y1="%.1f" y2="%.1f" stroke="#ddd"/><text x="%d" y="%.1f" text-anchor="end">%g</text>`+"\n",
			marginLeft, chartWidth-marginRight, y.at(v), y.at(v), marginLeft-8, y.at(v)+4, v)
	}
	for _, p := range c.Points {
		_, _ = fmt.Fprintf(b, `<text x="%.1f" y="%d" text-anchor="middle">%d</text>`+"\n", x.at(float64(p.N)), chartHeight-marginDown+18, p.N)
	}
	c.line(b, x, y, "#c33", "this server", 0, func(p Point) float64 { return p.Value })
	c.line(b, x, y, "#36c", "floor", 1, func(p Point) float64 { return p.Floor })
}

// line draws one side of a curve, if it has any points.
func (c Curve) line(b *bytes.Buffer, x, y scale, colour, name string, place int, figure func(Point) float64) {
	var path bytes.Buffer
	for _, p := range c.Points {
		if v := figure(p); v > 0 {
			_, _ = fmt.Fprintf(&path, "%.1f,%.1f ", x.at(float64(p.N)), y.at(v))
			_, _ = fmt.Fprintf(b, `<circle cx="%.1f" cy="%.1f" r="3" fill="%s"><title>%d: %s</title></circle>`+"\n", x.at(float64(p.N)), y.at(v), colour, p.N, number(v))
		}
	}
	if path.Len() == 0 {
		return
	}
	_, _ = fmt.Fprintf(b, `<polyline points="%s" fill="none" stroke="%s" stroke-width="2"/><text x="%d" y="%d" fill="%s">%s</text>`+"\n",
		bytes.TrimSpace(path.Bytes()), colour, marginLeft+place*110, chartHeight-12, colour, name)
}
