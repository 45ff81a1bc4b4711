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
// CPU time that the server's own processes used, so they do not depend on what else runs.
package bench
