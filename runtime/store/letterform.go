package store

import (
	"encoding/binary"

	"llbot/protocols/qq"
)

// letterForm lays letters under the target's name and the number, so that the
// letters of a target are in the order of their numbers.
func letterForm() form[letterKey, Letter] {
	name := []byte("letters")
	return form[letterKey, Letter]{
		name:   "dead letters",
		bucket: func(letterKey) []byte { return name },
		key: func(k letterKey) []byte {
			return binary.BigEndian.AppendUint64([]byte(k.target), uint64(k.sn))
		},
		parse: func(key []byte) (letterKey, bool) {
			n := len(key) - 8
			if n < 1 {
				return letterKey{}, false
			}
			return letterKey{string(key[:n]), qq.SN(binary.BigEndian.Uint64(key[n:]))}, true
		},
		encode: encodeLetter, decode: decodeLetter,
	}
}

// letterHead is the length of kind, at, tries and status; the reason follows.
const letterHead = 1 + 8 + 4 + 4

func encodeLetter(l Letter) []byte {
	b := append(make([]byte, 0, letterHead+len(l.Reason)), byte(l.Kind))
	b = binary.BigEndian.AppendUint64(b, uint64(l.At))
	b = binary.BigEndian.AppendUint32(b, uint32(l.Tries))
	b = binary.BigEndian.AppendUint32(b, uint32(l.Status))
	return append(b, l.Reason...)
}

func decodeLetter(k letterKey, b []byte) (Letter, bool) {
	if len(b) < letterHead || b[0] >= letterKinds {
		return Letter{}, false
	}
	return Letter{
		Kind: LetterKind(b[0]), Target: k.target, SN: k.sn,
		At:     qq.Time(binary.BigEndian.Uint64(b[1:])),
		Tries:  int(int32(binary.BigEndian.Uint32(b[9:]))),
		Status: int(int32(binary.BigEndian.Uint32(b[13:]))),
		Reason: string(b[letterHead:]),
	}, true
}

func tallyForm() form[string, Tally] {
	name := []byte("tallies")
	return form[string, Tally]{
		name:   "counts of dead letters",
		bucket: func(string) []byte { return name },
		key:    func(target string) []byte { return []byte(target) },
		parse:  func(key []byte) (string, bool) { return string(key), true },
		encode: func(t Tally) []byte {
			b := binary.BigEndian.AppendUint64(make([]byte, 0, 24), t.Refused)
			b = binary.BigEndian.AppendUint64(b, t.Skipped)
			return binary.BigEndian.AppendUint64(b, t.Dropped)
		},
		decode: func(_ string, b []byte) (Tally, bool) {
			if len(b) != 24 {
				return Tally{}, false
			}
			return Tally{
				Refused: binary.BigEndian.Uint64(b),
				Skipped: binary.BigEndian.Uint64(b[8:]),
				Dropped: binary.BigEndian.Uint64(b[16:]),
			}, true
		},
	}
}
