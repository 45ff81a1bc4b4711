// Command vuln looks for known vulnerabilities in the sources of this
// repository and in the program of the API's image, with govulncheck. It exits
// with 0 when there are none, with 3 when there are some, and with 4 when it
// could not look: a scan that did not happen must not look like a good one.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"

	"golang.org/x/vuln/scan"
)

const (
	exitUsage      = 2
	exitFindings   = 3
	exitNotScanned = 4
)

// wanted is what the flags ask for.
type wanted struct {
	db, dir  string
	patterns []string
	programs []string
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	var w wanted
	flag.StringVar(&w.db, "db", "https://vuln.go.dev", "the database: an https:// or file:// URL")
	flag.StringVar(&w.dir, "C", "", "folder of the module whose packages are scanned; \"\" scans none")
	flag.Func("binary", "program to scan; several times for several", func(file string) error {
		w.programs = append(w.programs, file)
		return nil
	})
	flag.Parse()
	w.patterns = flag.Args()
	code := run(ctx, w, os.Stdout)
	stop()
	os.Exit(code) //nolint:gocritic // stop was called
}

func run(ctx context.Context, w wanted, out io.Writer) int {
	if w.dir == "" && len(w.programs) == 0 {
		fmt.Fprintln(out, "nothing to scan: name a module with -C or a program with -binary")
		return exitUsage
	}
	code := 0
	look := func(what string, args ...string) {
		fmt.Fprintf(out, "== %s\n", what)
		cmd := scan.Command(ctx, append([]string{"-db", w.db}, args...)...)
		cmd.Stdout, cmd.Stderr = out, out
		err := cmd.Start()
		if err == nil {
			err = cmd.Wait()
		}
		found := verdict(err)
		if found == exitNotScanned {
			fmt.Fprintf(out, "NOT SCANNED: %s: %v\n(the database is %s; GOVULNDB names another one, such as file:///a/copy)\n", what, err, w.db)
		}
		if code != exitFindings && found != 0 {
			code = found
		}
	}
	if w.dir != "" {
		patterns := w.patterns
		if len(patterns) == 0 {
			patterns = []string{"./..."}
		}
		look("sources in "+w.dir, append([]string{"-C", w.dir}, patterns...)...)
	}
	for _, program := range w.programs {
		look("program "+program, "-mode", "binary", program)
	}
	return code
}

// verdict tells findings from faults.
func verdict(err error) int {
	var exit interface{ ExitCode() int }
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit) && exit.ExitCode() == exitFindings:
		return exitFindings
	default:
		return exitNotScanned
	}
}
