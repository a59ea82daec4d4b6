// Answers questions from standard input, one a line: task, tab, Base64 argument. One Base64 answer a line.
package main

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"strings"
)

func answer(task, x string) string {
	var value interface{}
	switch task {
	case "number", "print":
		if json.Unmarshal([]byte(x), &value) != nil {
			return "!"
		}
		return fmt.Sprint(value)
	case "json":
		json.Unmarshal([]byte(x), &value)
		text, _ := json.Marshal(value)
		return string(text)
	case "percent-form":
		return url.QueryEscape(x)
	}
	panic(task)
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(make([]byte, 1<<20), 1<<20)
	for lines.Scan() {
		task, argument, _ := strings.Cut(lines.Text(), "\t")
		x, _ := base64.StdEncoding.DecodeString(argument)
		fmt.Println(base64.StdEncoding.EncodeToString([]byte(answer(task, string(x)))))
	}
}
