package store

import (
	"encoding/binary"

	"llbot/protocols/qq"
)

// keyForm lays records under the account's number and the key.
func keyForm() form[operation, record] {
	name := []byte("keys")
	return form[operation, record]{
		name:   "idempotency keys",
		bucket: func(operation) []byte { return name },
		key: func(op operation) []byte {
			b := binary.BigEndian.AppendUint64(make([]byte, 0, 8+len(op.key)), uint64(op.account))
			return append(b, op.key...)
		},
		parse: func(key []byte) (operation, bool) {
			if len(key) <= 8 {
				return operation{}, false
			}
			return operation{qq.UserID(binary.BigEndian.Uint64(key)), string(key[8:])}, true
		},
		encode: encodeRecord, decode: decodeRecord,
	}
}

// recordHead is the length of finished, begun and fingerprint; the result
// follows.
const recordHead = 1 + 8 + 32

func encodeRecord(r record) []byte {
	b := append(make([]byte, 0, recordHead+len(r.result)), 0)
	if r.finished {
		b[0] = 1
	}
	b = binary.BigEndian.AppendUint64(b, uint64(r.begun))
	b = append(b, r.fingerprint[:]...)
	return append(b, r.result...)
}

func decodeRecord(_ operation, b []byte) (record, bool) {
	if len(b) < recordHead || b[0] > 1 {
		return record{}, false
	}
	r := record{finished: b[0] == 1, begun: qq.Time(binary.BigEndian.Uint64(b[1:]))}
	copy(r.fingerprint[:], b[9:])
	r.result = append([]byte{}, b[recordHead:]...)
	return r, true
}
