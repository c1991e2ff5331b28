// Command oracle answers what Go itself renders: text/template with sprig and the operator's own functions.
//
// It reads one JSON case a line on standard input and writes one JSON answer a line on standard output:
//
//	{"template": "...", "data": {...}, "missingKey": "default|zero|error"}
//	{"output": "..."}  or  {"error": "...", "phase": "parse|exec|limit"}
//
// Text that is not valid UTF-8 travels as {"b64": "..."} in place of a string. See decode for typed data.
package main

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"text/template"
	"time"
	"unicode/utf8"
)

type request struct {
	Template   text   `json:"template"`
	Data       any    `json:"data"`
	MissingKey string `json:"missingKey"`
}

type answer struct {
	Output *text  `json:"output,omitempty"`
	Error  *text  `json:"error,omitempty"`
	Phase  string `json:"phase,omitempty"`
}

// text is a string that survives JSON whatever its bytes are.
type text string

func (t text) MarshalJSON() ([]byte, error) {
	if utf8.ValidString(string(t)) {
		return json.Marshal(string(t))
	}
	return json.Marshal(map[string]string{"b64": base64.StdEncoding.EncodeToString([]byte(t))})
}

func (t *text) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '"' {
		return json.Unmarshal(data, (*string)(t))
	}
	var wrapped struct {
		B64 string `json:"b64"`
	}
	if err := json.Unmarshal(data, &wrapped); err != nil {
		return err
	}
	raw, err := base64.StdEncoding.DecodeString(wrapped.B64)
	*t = text(raw)
	return err
}

func render(c request, funcs template.FuncMap) answer {
	missing := c.MissingKey
	if missing == "" {
		missing = "default"
	}
	parsed, err := template.New("template").Option("missingkey=" + missing).Funcs(funcs).Parse(string(c.Template))
	if err != nil {
		return failure("parse", err)
	}
	data, err := decode(c.Data)
	if err != nil {
		return failure("data", err)
	}
	var out limitedBuffer
	if err := parsed.Execute(&out, data); errors.Is(err, errOutput) {
		return failure("limit", err)
	} else if err != nil {
		return failure("exec", err)
	}
	rendered := text(out.String())
	return answer{Output: &rendered}
}

var errOutput = errors.New("the output is too long")

// limitedBuffer stops templates that print for ever.
type limitedBuffer struct{ strings.Builder }

func (b *limitedBuffer) Write(p []byte) (int, error) {
	if b.Len()+len(p) > 16<<20 {
		return 0, errOutput
	}
	return b.Builder.Write(p)
}

// renderInTime gives up on a template that goes on for ever and leaves it behind.
func renderInTime(c request, funcs template.FuncMap) answer {
	done := make(chan answer, 1)
	go func() { done <- render(c, funcs) }()
	select {
	case result := <-done:
		return result
	case <-time.After(10 * time.Second):
		return failure("limit", errors.New("the template takes too long"))
	}
}

func failure(phase string, err error) answer {
	message := text(err.Error())
	return answer{Error: &message, Phase: phase}
}

func main() {
	funcs := functions()
	if len(os.Args) > 1 && os.Args[1] == "-functions" {
		list(funcs)
		return
	}
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriterSize(os.Stdout, 1<<20)
	defer out.Flush()
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for {
		line, err := in.ReadBytes('\n')
		if len(line) > 0 {
			var c request
			var result answer
			if parseErr := json.Unmarshal(line, &c); parseErr != nil {
				result = failure("request", parseErr)
			} else {
				result = renderInTime(c, funcs)
			}
			if err := encoder.Encode(result); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
			if in.Buffered() == 0 {
				out.Flush()
			}
		}
		if err != nil {
			return
		}
	}
}
