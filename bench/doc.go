// Package bench measures the API against the targets of the deployment guide, against the same
// endpoints in the strategy document's own stack (FastAPI on gunicorn and uvicorn workers), and its
// memory search against pgbench running the same query. Everything runs for real on this machine,
// in one run: PostgreSQL with pgvector, a Redis-protocol server, the API's own program.
//
//	make bench-api
//
// It needs the Debian packages wrk, gunicorn, python3-fastapi, python3-uvicorn, python3-asyncpg,
// python3-redis and python3-jwt, which the target installs. Figures of one run can be compared with
// each other; figures of two machines, or of a busy one, cannot. "Per core" figures divide by the
// CPU time that the server's own processes used, so they depend little on what else runs. The stacks,
// and pgbench where it takes part, run in turns of two seconds, three times each, after a warm-up; a
// row has the three together, with the middle one's percentiles. Its shares of the CPUs say what the
// limit was: when nothing is idle and "others" is not next to nothing, something else ran too.
//
// What to expect: on the machine that this was written on, a net/http server that only writes 4 KB
// takes 22 µs of CPU time for a request, of which 15 are the kernel's, and a FastAPI endpoint that only
// returns a constant takes 50. So the ratio grows with what an endpoint does: twice as good for nothing
// at all, and more the more of it is the program's own work.
package bench
