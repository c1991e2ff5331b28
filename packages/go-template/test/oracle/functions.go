package main

import (
	"fmt"
	"math"
	"net/url"
	"reflect"
	"sort"
	"strconv"
	"strings"
	"text/template"
	"unicode/utf8"

	"github.com/Masterminds/sprig/v3"
)

// functions is sprig's text table without what reads the environment or the network, with the operator's own
// functions, and with keys and values in key order (sprig's are in Go's random map order).
func functions() template.FuncMap {
	funcs := sprig.TxtFuncMap()
	for _, name := range []string{"env", "expandenv", "getHostByName"} {
		delete(funcs, name)
	}
	funcs["keys"] = sortedKeys
	funcs["values"] = sortedValues
	funcs["toHost"] = toHost
	funcs["trunc63"] = trunc63
	funcs["toInt"] = toInt
	for _, name := range []string{"float", "toFloat"} {
		funcs[name] = toFloat
	}
	for _, name := range []string{"bool", "toBool"} {
		funcs[name] = toBool
	}
	return funcs
}

func sortedKeys(dicts ...map[string]any) []string {
	all := []string{}
	for _, dict := range dicts {
		own := make([]string, 0, len(dict))
		for key := range dict {
			own = append(own, key)
		}
		sort.Strings(own)
		all = append(all, own...)
	}
	return all
}

func sortedValues(dict map[string]any) []any {
	values := []any{}
	for _, key := range sortedKeys(dict) {
		values = append(values, dict[key])
	}
	return values
}

// toHost is the host name of a URL; text that has none gives what stands before its first colon.
func toHost(s string) string {
	if parsed, err := url.Parse(s); err == nil && parsed.Hostname() != "" {
		return parsed.Hostname()
	}
	before, _, _ := strings.Cut(s, ":")
	return before
}

// trunc63 keeps at most 63 bytes, the longest DNS label, and never cuts a character in two.
func trunc63(s string) string {
	if len(s) <= 63 {
		return s
	}
	end := 63
	for end > 60 && !utf8.RuneStart(s[end]) {
		end--
	}
	if !utf8.RuneStart(s[end]) {
		end = 63
	}
	return s[:end]
}

// toInt is a number as an int: text is a decimal number whose fraction is dropped, what is no number is 0.
// Numbers beyond 64 bits become the nearest that fits.
func toInt(v any) int {
	switch value := v.(type) {
	case string:
		if n, err := strconv.ParseInt(value, 10, 64); err == nil {
			return int(n)
		}
		f, err := strconv.ParseFloat(value, 64)
		if err != nil || math.IsInf(f, 0) {
			return 0
		}
		return clamp(f)
	case float64:
		return clamp(value)
	default:
		r := reflect.ValueOf(v)
		switch {
		case !r.IsValid():
			return 0
		case r.CanInt():
			return int(r.Int())
		case r.CanUint():
			return int(r.Uint())
		case r.Kind() == reflect.Bool && r.Bool():
			return 1
		}
		return 0
	}
}

func clamp(f float64) int {
	switch {
	case math.IsNaN(f):
		return 0
	case f >= math.MaxInt64:
		return math.MaxInt64
	case f <= math.MinInt64:
		return math.MinInt64
	default:
		return int(f)
	}
}

// toFloat is a number as a float64; what is no number is 0.
func toFloat(v any) float64 {
	switch value := v.(type) {
	case string:
		f, err := strconv.ParseFloat(value, 64)
		if err != nil {
			return 0
		}
		return f
	case float64:
		return value
	default:
		return float64(toInt(v))
	}
}

// toBool reads a database's words for true (1, true, t, yes, y, on, in any case) as true and every other text
// as false; numbers are true unless 0, lists and maps unless empty.
func toBool(v any) bool {
	if s, ok := v.(string); ok {
		switch strings.ToLower(s) {
		case "1", "true", "t", "yes", "y", "on":
			return true
		}
		return false
	}
	truth, _ := template.IsTrue(v)
	return truth
}

// list prints every function's Go signature, one a line, in order of names.
func list(funcs template.FuncMap) {
	names := make([]string, 0, len(funcs))
	for name := range funcs {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		fmt.Printf("%s %s\n", name, reflect.TypeOf(funcs[name]))
	}
}
