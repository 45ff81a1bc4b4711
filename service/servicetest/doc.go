// Package servicetest starts real servers for tests, as httptest does for HTTP: private
// PostgreSQL and Redis-protocol servers on free loopback ports, in temporary directories, ended
// with the test. It is imported by tests only.
//
// PostgreSQL comes by itself (package debianpostgres), the other from a Debian package: apt-get
// install -y redis-server. A test that needs one fails without it; it is never skipped. PostgreSQL
// refuses to run as root, so under root the servers run as the user "nobody".
package servicetest
