package runtime

import (
	"errors"
	"fmt"
	"io"
	"os"

	"llbot/protocols/qq"
	"llbot/runtime/driver/sim"
)

// sceneFile is the scene that the first account's world is to begin with.
type sceneFile struct {
	path  string // "" for none
	reset bool
}

// WithScene lets the simulated world of the first account begin with a scene,
// a YAML file. A world that began with the same scene goes on; for one that
// began otherwise Start fails, unless reset deletes it first, every time.
func WithScene(path string, reset bool) Option {
	return func(s *settings) { s.scene = sceneFile{path, reset} }
}

// open opens a world, with the scene when it is the one that is meant.
func (f sceneFile) open(o sim.Options, meant bool) (*sim.World, error) {
	if f.path == "" || !meant {
		return sim.Open(o)
	}
	text, err := os.ReadFile(f.path)
	if err != nil {
		return nil, fmt.Errorf("scene: %w", err)
	}
	if o.Scene, err = sim.ParseScene(f.path, text); err != nil {
		return nil, err
	}
	if f.reset {
		if err := os.RemoveAll(o.Dir); err != nil {
			return nil, err
		}
	}
	w, err := sim.Open(o)
	if errors.Is(err, sim.ErrOtherWorld) {
		return nil, fmt.Errorf("%w: %s; --world-reset deletes that world and begins with the file, another --data folder leaves it alone", err, f.path)
	}
	return w, err
}

// SceneSize says how big a world GenerateScene makes.
type SceneSize struct {
	Groups, Members          int // of each group, more or less
	Users, Friends, Messages int // 0: enough for the groups; friends of each account; messages in each group
	Accounts                 []qq.UserID
	Seed                     uint64
}

// GenerateScene writes a scene of a made-up world: the same for the same size.
func GenerateScene(out io.Writer, size SceneSize) error {
	scene, err := sim.Generate(sim.Generation{
		Groups: size.Groups, Members: size.Members, Users: size.Users, Friends: size.Friends, Messages: size.Messages,
		Accounts: size.Accounts, Seed: size.Seed,
	})
	if err != nil {
		return err
	}
	_, err = out.Write(scene.YAML())
	return err
}
