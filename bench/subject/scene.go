package subject

import (
	"fmt"
	"os"
	"path/filepath"

	"llbot/protocols/qq"
	"llbot/runtime/driver/sim"
)

// The numbers of those who are made up.
const (
	firstPerson  qq.UserID  = 300_001
	firstCrowd   qq.UserID  = 3_000_000_001
	firstCrowded qq.GroupID = 800_001
	perCircle               = 50 // accounts of a crowd that share their groups
)

// crowd is the number of the i-th account of a crowd.
func crowd(i int) qq.UserID { return firstCrowd + qq.UserID(i) }

// writeScene writes the world that a server begins with.
func writeScene(spec Spec, dir string) (file string, err error) {
	scene := &sim.Scene{Seed: 1}
	scene.Users = []sim.SceneUser{{ID: Account, Nickname: "LLBot"}, {ID: Second, Nickname: "second"}, {ID: sim.SeedAlice, Nickname: "Alice"}}
	scene.Accounts = []qq.UserID{Account, Second}
	group := sim.SceneGroup{ID: Group, Name: "a group", MaxMembers: 2000, Members: []sim.SceneMember{
		{User: sim.SeedAlice, Role: sim.SceneRole(qq.RoleOwner)}, {User: Account, Role: sim.SceneRole(qq.RoleAdmin)}, {User: Second},
	}}
	for i := len(group.Members); i < spec.Members; i++ {
		person := firstPerson + qq.UserID(i)
		scene.Users = append(scene.Users, sim.SceneUser{ID: person, Nickname: fmt.Sprintf("person %d", i)})
		group.Members = append(group.Members, sim.SceneMember{User: person, Card: fmt.Sprintf("card of %d", i)})
	}
	scene.Groups = append(scene.Groups, group)
	populate(scene, spec)
	file = filepath.Join(dir, "bench-scene.yaml")
	return file, os.WriteFile(file, scene.YAML(), 0o600)
}

// populate adds the accounts of a crowd in circles: those of one are in the
// same groups, as the bots of one owner are.
func populate(scene *sim.Scene, spec Spec) {
	for first := 0; first < spec.Crowd; first += perCircle {
		members := []sim.SceneMember{{User: sim.SeedAlice, Role: sim.SceneRole(qq.RoleOwner)}}
		for i := first; i < min(first+perCircle, spec.Crowd); i++ {
			scene.Users = append(scene.Users, sim.SceneUser{ID: crowd(i), Nickname: fmt.Sprintf("bot %d", i)})
			scene.Accounts = append(scene.Accounts, crowd(i))
			members = append(members, sim.SceneMember{User: crowd(i)})
		}
		for g := range spec.Groups {
			id := firstCrowded + qq.GroupID(first/perCircle*spec.Groups+g)
			scene.Groups = append(scene.Groups, sim.SceneGroup{ID: id, Name: fmt.Sprintf("group %d", id), Members: members})
		}
	}
}
