package eventlog

import "llbot/protocols/qq"

// Missing tells whether records between two numbers, both excluded, were lost
// to damage, and from which number on. It knows what the last Read met.
func (l *Log) Missing(after, before qq.SN) (first qq.SN, any bool) {
	l.lostMu.Lock()
	defer l.lostMu.Unlock()
	for _, r := range l.lost {
		if r.First < before && r.Last > after {
			return max(r.First, after+1), true
		}
	}
	return 0, false
}

// Missing is never the case in memory.
func (m *Memory) Missing(_, _ qq.SN) (first qq.SN, any bool) { return 0, false }
