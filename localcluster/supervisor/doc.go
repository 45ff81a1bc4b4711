// Package supervisor keeps the processes of the embedded cluster running.
//
// One supervisor process owns the cluster. With a real node it is the first
// process of its own PID, mount, network, IPC and UTS namespaces, so that
// ending it ends everything that the cluster ever started: processes,
// containers, mounts, links and firewall tables. With simulated nodes it runs
// as an ordinary process and its children die with it.
//
// `tripsage up` tells it what to run by PUT /spec on a unix socket in the state
// directory. Processes whose description did not change are left alone.
package supervisor
