package runtime_test

import (
	"encoding/base64"
	"maps"
	"slices"
	"strconv"
	"strings"

	"llbot/protocols/qq"
)

// askMilky and askOneBot make one call.
func askMilky(r *rig, name, params string) answer {
	return r.request("POST", r.url(milkyName, "/api/"+name), params, "Content-Type", jsonType)
}

func askOneBot(r *rig, name, params string) answer {
	return r.request("POST", r.url(httpName, "/"+name), params, "Content-Type", jsonType)
}

// milkySteps are the calls that leave out none of Milky's.
func milkySteps() (steps []step) {
	for _, m := range milkyWorld {
		one := step{action: m.api, params: m.params}
		if name, path, found := strings.Cut(m.keep, " "); found {
			one.keep = noting(name, path)
		}
		steps = append(steps, one)
	}
	return steps
}

// filledIn puts in what earlier answers noted; longer names come first.
func filledIn(params string, noted map[string]string) string {
	for _, name := range slices.Backward(slices.Sorted(maps.Keys(noted))) {
		params = strings.ReplaceAll(params, "$"+name, noted[name])
	}
	return params
}

func retcodeZero(a answer) bool { return a.status == 200 && a.at("retcode") == "0" }

func tourMilky(s *sameness) {
	kept := peopleForMilky(s.t, s.c.a, hearMilky(s.t, s.c.a))
	maps.Copy(s.noted[0], kept)
	maps.Copy(s.noted[1], kept)
	for _, one := range milkySteps() {
		s.step("milky", one.action, one.params, one.keep, askMilky, retcodeZero)
	}
}

func tourOneBot(s *sameness) {
	for _, one := range readScript(s.t) {
		params := strings.NewReplacer("PIXEL", onePixel, "TONE", oneTone).Replace(one.params)
		keep := map[string]string{}
		for _, n := range one.notes {
			keep[n.name] = n.path
		}
		if one.who == "" {
			s.step("onebot11", one.name, params, keep, askOneBot, retcodeZero)
			continue
		}
		who, err := strconv.ParseInt(one.who, 10, 64)
		if err != nil {
			s.t.Fatal(err)
		}
		s.c.a.act(qq.UserID(who), one.name, filledIn(params, s.noted[0]))
		heard := s.level()
		for name, path := range keep {
			event := "[" + strings.Join(heard, ",") + "]"
			s.noted[0][name] = word(at(event, path))
			s.noted[1][name] = s.noted[0][name]
		}
	}
}

func tourSatori(s *sameness) {
	s.c.a.askSatori(s.noted[0])
	maps.Copy(s.noted[1], s.noted[0])
	picture, err := base64.StdEncoding.DecodeString(onePixel)
	if err != nil {
		s.t.Fatal(err)
	}
	call := func(r *rig, name, params string) answer {
		if name == "upload.create" {
			return r.upload("", "image/png", picture)
		}
		return r.request("POST", r.url(satoriName, "/v1/"+name), params, "Satori-Platform", "llonebot", "Satori-User-ID", botText)
	}
	for _, one := range satoriSteps() {
		s.step("satori", one.action, one.params, one.keep, call, func(a answer) bool { return a.status == 200 })
	}
}
