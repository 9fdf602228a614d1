package sim

import (
	"encoding/binary"
	"hash/fnv"
	"math"
)

// The form of a voice of this world: eight bits, one channel. A character is a
// tone of a tenth of a second.
const (
	waveRate = 8000          // samples a second
	toneSize = waveRate / 10 // samples
	waveHead = 44            // bytes before the samples
	fadeSize = toneSize / 8  // samples in which a tone comes and goes
	loudest  = 100           // of 127
)

// wave is a WAV file of a voice that reads a text: the same bytes for the same
// voice and text, and other bytes for another.
func wave(voice, text string) []byte {
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(voice))
	pitch := 120 + float64(hash.Sum32()%160) // Hz
	b := make([]byte, waveHead, waveHead+len(text)*toneSize)
	for _, r := range text {
		b = appendTone(b, pitch*(1+float64(r%25)/12))
	}
	size := uint32(len(b) - waveHead)
	copy(b, "RIFF----WAVEfmt ----")
	copy(b[36:], "data")
	binary.LittleEndian.PutUint32(b[4:], size+waveHead-8)
	binary.LittleEndian.PutUint32(b[16:], 16)
	binary.LittleEndian.PutUint16(b[20:], 1) // samples as they are
	binary.LittleEndian.PutUint16(b[22:], 1) // channels
	binary.LittleEndian.PutUint32(b[24:], waveRate)
	binary.LittleEndian.PutUint32(b[28:], waveRate) // bytes a second
	binary.LittleEndian.PutUint16(b[32:], 1)        // bytes of a sample
	binary.LittleEndian.PutUint16(b[34:], 8)        // bits of a sample
	binary.LittleEndian.PutUint32(b[40:], size)
	return b
}

func appendTone(b []byte, hertz float64) []byte {
	for i := range toneSize {
		volume := min(1, float64(min(i, toneSize-i))/fadeSize)
		b = append(b, byte(128+loudest*volume*math.Sin(2*math.Pi*hertz*float64(i)/waveRate)))
	}
	return b
}
