// Package monitoring tries the generated rules and routes with the tools that
// will run them: promtool and amtool of Debian's packages, which the first run
// fetches. It needs apt-get, and neither root nor a cluster:
//
//	make monitoring
package monitoring
