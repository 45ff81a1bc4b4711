package apitest

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/tripsage/infrastructure/service/servicetest"
)

// suite is set once, before the first test.
var suite struct {
	program string // cmd/api
	pg      *servicetest.Postgres
	cache   *servicetest.Cache
}

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	lasting := &lasting{}
	defer lasting.end()
	dir, err := os.MkdirTemp("", "tripsage-api-")
	if err != nil {
		panic(err)
	}
	lasting.Cleanup(func() { _ = os.RemoveAll(dir) })
	suite.program = filepath.Join(dir, "api")
	build := exec.Command("go", "build", "-race="+strconv.FormatBool(raceDetector), "-o", suite.program, "./cmd/api")
	build.Dir = "../.."
	if out, err := build.CombinedOutput(); err != nil {
		panic(fmt.Errorf("go build: %w\n%s", err, out))
	}
	suite.pg, suite.cache = servicetest.StartPostgres(lasting), servicetest.StartCache(lasting)
	code := m.Run()
	if flag.Lookup("test.run").Value.String() == "" && code == 0 {
		code = unexercised()
	}
	return code
}

// unexercised wants every operation of the document to have worked in some test.
func unexercised() (code int) {
	c, err := theContract()
	if err != nil {
		panic(err) // the tests have read it
	}
	c.operations(func(method, path string, op *openapi3.Operation) {
		if !exercised.ids[op.OperationID] {
			fmt.Fprintf(os.Stderr, "no test has seen %s %s work\n", method, path)
			code = 1
		}
	})
	return code
}

// lasting is what servers that last for the whole run take for their test. It has what they use of
// a test and no more.
type lasting struct {
	testing.TB
	ends []func()
}

func (l *lasting) Helper()                  {}
func (l *lasting) Context() context.Context { return context.Background() }
func (l *lasting) Output() io.Writer        { return os.Stderr }
func (l *lasting) Cleanup(end func())       { l.ends = append(l.ends, end) }
func (l *lasting) FailNow()                 { panic("the servers of the tests do not start: see above") }
func (l *lasting) Errorf(format string, args ...any) {
	fmt.Fprintf(os.Stderr, format+"\n", args...)
}
func (l *lasting) Fatalf(format string, args ...any) {
	l.Errorf(format, args...)
	l.FailNow()
}

func (l *lasting) end() {
	for i := len(l.ends) - 1; i >= 0; i-- {
		l.ends[i]()
	}
}
