package spec

// unions gives a schema that judges the same and much faster: where every
// variant of a oneOf is an object that a constant member of one name tells from
// the others, only the variant with the right constant is tried. What is no
// such union stays as it is. Nothing of v is changed.
func unions(v any) any {
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = unions(e)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, e := range v {
			out[key] = unions(e)
		}
		if list, ok := out["oneOf"].([]any); ok {
			if name, values := constantMember(list); name != "" {
				delete(out, "oneOf")
				out["allOf"] = byConstant(name, values, list)
			}
		}
		return out
	}
	return v
}

// constantMember finds a member that all variants require and that is another
// constant in each; "" when there is none.
func constantMember(variants []any) (name string, values []any) {
	first, _ := variants[0].(map[string]any)
	properties, _ := first["properties"].(map[string]any)
	for _, name := range []string{"type", "event_type", "message_scene"} {
		if properties[name] == nil {
			continue
		}
		if values := constants(variants, name); values != nil {
			return name, values
		}
	}
	return "", nil
}

// constants are the values of a member, nil unless each variant has its own.
func constants(variants []any, name string) []any {
	seen := map[any]bool{}
	var values []any
	for _, v := range variants {
		variant, _ := v.(map[string]any)
		properties, _ := variant["properties"].(map[string]any)
		member, _ := properties[name].(map[string]any)
		value, ok := member["const"].(string)
		if !ok || seen[value] || variant["type"] != "object" || !contains(variant["required"], name) {
			return nil
		}
		seen[value] = true
		values = append(values, value)
	}
	return values
}

func contains(list any, name string) bool {
	names, _ := list.([]any)
	for _, n := range names {
		if n == name {
			return true
		}
	}
	return false
}

// byConstant asks for one of the constants, and for the variant of it.
func byConstant(name string, values, variants []any) []any {
	all := []any{map[string]any{
		"type": "object", "required": []any{name}, "properties": map[string]any{name: map[string]any{"enum": values}},
	}}
	for i, value := range values {
		all = append(all, map[string]any{
			"if": map[string]any{
				"type": "object", "required": []any{name}, "properties": map[string]any{name: map[string]any{"const": value}},
			},
			"then": variants[i],
		})
	}
	return all
}
