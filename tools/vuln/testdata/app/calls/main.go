// Command calls uses the function with the invented flaw.
package main

import (
	"io"
	"mime/quotedprintable"
	"os"
	"strings"
)

func main() {
	if _, err := io.Copy(os.Stdout, quotedprintable.NewReader(strings.NewReader("x"))); err != nil {
		os.Exit(1)
	}
}
