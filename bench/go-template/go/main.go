// Command bench renders the cases it reads on standard input with text/template and sprig, and says how many
// renders a second it made and what came out.
package main

import (
	"bytes"
	"encoding/json"
	"os"
	"text/template"
	"time"

	"github.com/Masterminds/sprig/v3"
)

type request struct {
	Cases []struct {
		Name     string `json:"name"`
		Template string `json:"template"`
	} `json:"cases"`
	Data map[string]any `json:"data"`
	// Milliseconds for each case.
	Duration int `json:"duration"`
}

type result struct {
	Name   string  `json:"name"`
	Rate   float64 `json:"rate"`
	Output string  `json:"output"`
}

func main() {
	var in request
	if err := json.NewDecoder(os.Stdin).Decode(&in); err != nil {
		panic(err)
	}
	results := []result{}
	for _, c := range in.Cases {
		parsed := template.Must(template.New("template").Funcs(sprig.TxtFuncMap()).Parse(c.Template))
		var buffer bytes.Buffer
		render := func() string {
			buffer.Reset()
			if err := parsed.Execute(&buffer, in.Data); err != nil {
				panic(err)
			}
			return buffer.String()
		}
		measure(render, in.Duration/4)
		results = append(results, result{c.Name, measure(render, in.Duration), render()})
	}
	if err := json.NewEncoder(os.Stdout).Encode(results); err != nil {
		panic(err)
	}
}

func measure(render func() string, milliseconds int) float64 {
	start := time.Now()
	limit := time.Duration(milliseconds) * time.Millisecond
	length, count := 0, 0
	for time.Since(start) < limit {
		for range 200 {
			length += len(render())
			count++
		}
	}
	if length == 0 {
		panic("nothing was rendered")
	}
	return float64(count) / time.Since(start).Seconds()
}
