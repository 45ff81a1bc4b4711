// Package dragonfly connects the service to its cache: Dragonfly, or a server that speaks the
// same protocol such as Valkey or Redis.
//
// Everything here goes on without the cache. Each command that a request waits for has a budget of
// 100 ms; after five failures in a row nothing is sent any more, and the healer, not a request,
// finds out when the cache is back.
//
// # Entries
//
// ReadThrough keeps answers under "tripsage:c1:<kind>:<hash of the key>". "c1" is the format: change
// it with any change of what is written, and releases that run side by side do not read each other's.
//
// A key holds a value, the knowledge that there is none, or a lease: the right of one load to be
// stored. Who finds a key empty sets a lease with a random token (SET NX) and loads; the others, in
// any process, wait for it a moment. The value is stored only in place of the lease (WATCH, GET, and
// SET XX in a transaction), and Forget is a DEL. So a load that began before a Forget has lost its
// lease and is not stored, however late it comes and whatever the network does to the order of the
// commands; one that began after it is. No load has to end within some time for this to hold.
//
// Callers of one process never share a load that began before they came: while one runs, all who
// come meanwhile wait for the next, which as a rule finds the value stored. So a key costs at most
// one load at a time per process, with or without a cache, and no Fetch returns what was loaded
// before a Forget that ended before it began.
//
// Each entry is stamped with the life of the server (see life) and with its kind's generation, a
// random number at "tripsage:c1:<kind>". An entry with another stamp is no entry. Deleting the
// generation forgets the kind.
//
// A Forget that does not reach the cache is kept, and until it is done this process does not use
// the cache for that key. More than 10,000 of them become one Forget of the whole kind.
//
// What can still go wrong, each time until the entry's time to live ends:
//   - Other processes that do reach the cache see the old entry until the process that could not
//     has repeated its Forget. When that process is killed first, nobody repeats it.
//   - A process that changes the database and dies before it calls Forget leaves the old entry.
//   - When a master is replaced while it runs on, processes that still talk to it do not see the
//     Forgets sent to its successor: for a connection's greatest age, 5 minutes. A server that is
//     made master again without a restart in between may know entries that were forgotten in the
//     last moments before the change.
//   - Who may not run INFO gets no protection against a server that comes back with a snapshot.
//
// # Limits
//
// See Limiter.
package dragonfly

// keyPrefix begins all keys, in a server that others may use too.
const keyPrefix = "tripsage:"
