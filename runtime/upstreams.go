package runtime

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"llbot/protocols/qq"
	"llbot/runtime/config"
	"llbot/runtime/driver/milky"
	"llbot/runtime/driver/onebot11"
	"llbot/runtime/driver/satori"
	"llbot/runtime/driver/upstream"
)

// upstreamDriver is a driver of accounts that somebody else's server holds.
type upstreamDriver struct {
	build    func(upstream.Options) (*upstream.Driver, error)
	variants func() []upstream.Variant // what the known servers cannot do
}

func upstreamDrivers() map[config.Driver]upstreamDriver {
	return map[config.Driver]upstreamDriver{
		config.DriverMilky:    {milky.New, milky.Variants},
		config.DriverOneBot11: {onebot11.New, onebot11.Variants},
		config.DriverSatori:   {satori.New, satori.Variants},
	}
}

// upstream makes the driver of an account that somebody else's server holds.
func (m *machine) upstream(s *Server, a config.Account) (*upstream.Driver, error) {
	build := upstreamDrivers()[a.Driver].build
	if build == nil {
		return nil, fmt.Errorf("this release has no driver %s yet", a.Driver)
	}
	up := a.Upstream
	o := upstream.Options{
		Account: qq.UserID(a.UIN), URL: up.URL.Reveal(), Token: up.Token.Reveal(), Listen: up.Listen.Reveal(),
		Secret: up.Secret.Reveal(), Platform: up.Platform,
		Media:  upstream.Media{Keep: up.MediaIn == config.MediaStore, Link: up.MediaOut == config.MediaURL},
		Timing: s.settings.timing, Dialer: m.dialer, Blobs: m.media, Past: m.past, Notes: m.store.Notes(), Logger: s.settings.logger,
	}
	if o.Timing.Backfill = up.Backfill; up.Backfill == 0 {
		o.Timing.Backfill = -1
	}
	return build(o)
}

// upstreams makes the drivers of upstreams and gives every account its number:
// the configured one, or that of who is logged in at its upstream, or, while
// that is away, of who was.
func (m *machine) upstreams(ctx context.Context, s *Server) error {
	accounts := slices.Clone(s.cfg.Accounts)
	numbers := map[int64]int{}
	for i, a := range accounts {
		if s.settings.drivers[qq.UserID(a.UIN)] == nil && !simulated(s, a) {
			d, err := m.upstream(s, a)
			if err == nil && a.UIN == 0 {
				a.UIN, err = m.identify(ctx, s, d, a)
			}
			if err != nil {
				return fmt.Errorf("accounts[%d] (%s): %w", i, a.Driver, err)
			}
			d.SetAccount(qq.UserID(a.UIN))
			m.drivers[qq.UserID(a.UIN)] = d
		}
		if before, twice := numbers[a.UIN]; twice {
			return fmt.Errorf("accounts[%d] and accounts[%d] are both %d", before, i, a.UIN)
		}
		numbers[a.UIN] = i
		accounts[i] = a
	}
	cfg := *s.cfg
	cfg.Accounts = accounts
	s.cfg = &cfg
	return nil
}

// identify asks the upstream who is logged in, and remembers it.
func (m *machine) identify(ctx context.Context, s *Server, d *upstream.Driver, a config.Account) (int64, error) {
	sum := sha256.Sum256([]byte(string(a.Driver) + " " + a.Upstream.URL.Reveal() + " " + a.Upstream.Listen.Reveal()))
	file := filepath.Join(s.cfg.Data, "upstream", hex.EncodeToString(sum[:8]))
	text, missing := os.ReadFile(file)
	login, err := d.Identify(ctx, missing != nil)
	if err == nil {
		uin := login.ID.String()
		err = errors.Join(os.MkdirAll(filepath.Dir(file), 0o700), os.WriteFile(file, []byte(uin+"\n"), 0o600))
		return int64(login.ID), err
	}
	if uin, bad := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64); missing == nil && bad == nil {
		s.settings.logger.Warn("upstream cannot be asked who is logged in; taken for who was", slog.Int64("account", uin), slog.Any("error", err))
		return uin, nil
	}
	return 0, fmt.Errorf("it cannot be asked who is logged in: %w (with the number written down as uin, llbot starts without it and goes on trying)", err)
}

// pastPage is how many entries of the log are read at once.
const pastPage = 512

// past reads what the log holds of an account.
func (m *machine) past(account qq.UserID, since qq.Time, each func(*qq.Entry)) error {
	after := m.log.Seek(since)
	for {
		page, err := m.log.ReadAccount(nil, account, after, pastPage)
		if errors.Is(err, qq.ErrCursorGone) {
			after = m.log.First() - 1
			continue
		}
		if err != nil || len(page) == 0 {
			return err
		}
		for _, e := range page {
			each(e)
		}
		after = page[len(page)-1].SN
	}
}

// simulated tells whether an account lives in a simulated world of ours.
func simulated(s *Server, a config.Account) bool {
	return (a.Driver == config.DriverSim || a.Driver == "") && s.settings.drivers[qq.UserID(a.UIN)] == nil
}
