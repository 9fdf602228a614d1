package config

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

type pet struct {
	Name  string    `yaml:"name"`
	Legs  int       `yaml:"legs"`
	Born  time.Time `yaml:"born"`
	Wild  bool      `yaml:"wild"`
	Price float64   `yaml:"price"`
	More  JSON      `yaml:"more"`
}

type zoo struct {
	Seed  uint64  `yaml:"seed"`
	Owner *pet    `yaml:"owner"`
	Pets  []pet   `yaml:"pets"`
	Days  []int64 `yaml:"days"`
}

func TestReadDocument(t *testing.T) {
	var z zoo
	err := ReadDocument("zoo.yaml", []byte(`
seed: 18446744073709551615
owner: {name: Ann, price: 1.5}
pets:
  - cat
  - {name: dog, legs: 4, born: 2020-01-02T03:04:05Z, wild: true, more: {a: [1, 2.5, x, null]}}
days: [1, 2]
`), &z, nil)
	if err != nil {
		t.Fatal(err)
	}
	dog := z.Pets[1]
	if z.Seed != 1<<64-1 || z.Owner.Price != 1.5 || z.Pets[0].Name != "cat" || dog.Legs != 4 || dog.Born.Year() != 2020 || !dog.Wild ||
		string(dog.More) != `{"a":[1,2.5,"x",null]}` || len(z.Days) != 2 {
		t.Errorf("%+v", z)
	}
}

// long is a document that is read in pieces.
func long(items int) string {
	var b strings.Builder
	b.WriteString("# a zoo\nseed: 7\npets:  # all of them\n")
	for i := range items {
		fmt.Fprintf(&b, "  - name: pet %d\n    legs: %d # counted\n", i, i%5)
	}
	b.WriteString("days: [1]\n")
	return b.String()
}

func TestReadLongDocument(t *testing.T) {
	var z zoo
	if err := ReadDocument("zoo.yaml", []byte(long(20_000)), &z, nil); err != nil {
		t.Fatal(err)
	}
	if z.Seed != 7 || len(z.Pets) != 20_000 || z.Pets[19_999].Name != "pet 19999" || z.Pets[19_999].Legs != 4 || len(z.Days) != 1 {
		t.Errorf("%d pets", len(z.Pets))
	}
}

func TestDocumentFaults(t *testing.T) {
	big := long(5000)
	for text, want := range map[string]string{
		"pets:\n  - {nmae: x}":                        `z:2:6: pets[0].nmae: unknown key "nmae"; did you mean "name"?`,
		"pets: 5":                                     "z:1:7: pets: expected a list, got a number, 5",
		"pets:\n  - {legs: many}":                     `z:2:12: pets[0].legs: expected a whole number, got text, "many"`,
		"owner: {born: yesterday}":                    "z:1:15: owner.born: parsing time",
		"pets:\n  - {name: a}\n  -":                   "an item with nothing in it",
		"seed: -1":                                    "seed: expected a number",
		strings.Replace(big, "legs: 3", "lges: 3", 1): `z:11:5: pets[3].lges: unknown key "lges"`,
		strings.Replace(big, "pet 4999\n", "pet: 4999: x\n", 1): "z:10002",
		big + "seed: 8\n": `key "seed" is given twice`,
		"pets: [a, b]":    "z:1:11: pets[1]: twice",
	} {
		var z zoo
		err := ReadDocument("z", []byte(text), &z, func(add func(path, message, hint string)) {
			if text == "pets: [a, b]" {
				add("pets[1]", "twice", "")
			}
		})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60q: got %v, want %s", text, err, want)
		}
	}
}

// Whatever is quoted is read as it was.
func TestQuote(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		var z zoo
		if err := ReadDocument("z", []byte("owner: {name: "+Quote(text)+"}\n"), &z, nil); err != nil || z.Owner.Name != text {
			t.Fatalf("%q became %+v, %v", text, z.Owner, err)
		}
	})
}
