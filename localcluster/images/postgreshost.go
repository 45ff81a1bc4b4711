package images

import (
	"context"
	"io"
)

// PostgresOnHost makes the server that the image of Postgres has run on the
// host, for tests and benchmarks, and gives the folder of its programs:
// postgres, initdb, psql, pgbench and so on.
func PostgresOnHost(ctx context.Context, cache string, log io.Writer) (bin string, err error) {
	programs := onHost{name: "postgres", set: postgres{}.set(), bin: "usr/lib/postgresql/17/bin", main: "postgres"}
	return programs.programs(ctx, cache, log)
}
