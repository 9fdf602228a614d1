package load

import "bytes"

// Mark begins the number that every measured text carries, so that a delivery
// is known in whatever protocol it comes.
const Mark = "bench:"

// Digits is the length of the number.
const Digits = 12

// MarkSize is the length of a mark with its number.
const MarkSize = len(Mark) + Digits

var mark = []byte(Mark)

// AppendMark writes a mark with its number.
func AppendMark(dst []byte, n uint64) []byte {
	dst = append(dst, Mark...)
	at := len(dst)
	dst = append(dst, "000000000000"...)
	PutDigits(dst[at:], n)
	return dst
}

// PutDigits writes n over the first Digits bytes of dst.
func PutDigits(dst []byte, n uint64) {
	for i := Digits - 1; i >= 0; i-- {
		dst[i] = byte('0' + n%10)
		n /= 10
	}
}

// Marked finds the first whole mark: its number and where it ends, 0 when
// there is none.
func Marked(text []byte) (n uint64, end int) {
	at := bytes.Index(text, mark)
	if at < 0 || at+MarkSize > len(text) {
		return 0, 0
	}
	for _, c := range text[at+len(mark) : at+MarkSize] {
		if c < '0' || c > '9' {
			return 0, 0
		}
		n = 10*n + uint64(c-'0')
	}
	return n, at + MarkSize
}

// Places finds where the numbers of marks stand.
func Places(text []byte) (places []int) {
	for at := 0; ; {
		next := bytes.Index(text[at:], mark)
		if next < 0 {
			return places
		}
		at += next + len(Mark)
		places = append(places, at)
	}
}
