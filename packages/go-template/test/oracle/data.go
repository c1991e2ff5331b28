package main

import (
	"encoding/base64"
	"fmt"
	"strconv"
)

// decode turns JSON data into template data. Plain JSON is what encoding/json makes of it (numbers are float64);
// an object with the single key "$type" is a value of another Go type:
//
//	{"$int": "5"}  {"$int64": "5"}  {"$uint8": "5"}  {"$bytes": "base64 of a string's bytes"}
//	{"$strings": ["a"]}  {"$ints": ["1"]}  {"$stringMap": {"a": "b"}}
func decode(data any) (any, error) {
	switch value := data.(type) {
	case []any:
		for i, item := range value {
			decoded, err := decode(item)
			if err != nil {
				return nil, err
			}
			value[i] = decoded
		}
		return value, nil
	case map[string]any:
		if len(value) == 1 {
			for name, inner := range value {
				if len(name) > 1 && name[0] == '$' {
					return decodeTyped(name[1:], inner)
				}
			}
		}
		for key, item := range value {
			decoded, err := decode(item)
			if err != nil {
				return nil, err
			}
			value[key] = decoded
		}
		return value, nil
	default:
		return data, nil
	}
}

func decodeTyped(name string, data any) (any, error) {
	switch name {
	case "int":
		n, err := strconv.ParseInt(fmt.Sprint(data), 10, 64)
		return int(n), err
	case "int64":
		return strconv.ParseInt(fmt.Sprint(data), 10, 64)
	case "uint8":
		n, err := strconv.ParseUint(fmt.Sprint(data), 10, 8)
		return uint8(n), err
	case "bytes":
		raw, err := base64.StdEncoding.DecodeString(fmt.Sprint(data))
		return string(raw), err
	case "strings":
		list := []string{}
		for _, item := range data.([]any) {
			list = append(list, fmt.Sprint(item))
		}
		return list, nil
	case "ints":
		list := []int{}
		for _, item := range data.([]any) {
			n, err := strconv.Atoi(fmt.Sprint(item))
			if err != nil {
				return nil, err
			}
			list = append(list, n)
		}
		return list, nil
	case "stringMap":
		m := map[string]string{}
		for key, item := range data.(map[string]any) {
			m[key] = fmt.Sprint(item)
		}
		return m, nil
	default:
		return nil, fmt.Errorf("unknown type $%s", name)
	}
}
