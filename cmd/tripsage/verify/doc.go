// Package verify tries a running API from outside, as the deployment guide's
// post-deployment validation asks: health, each main address, security headers,
// latency, realtime, cache, schema, and that the wanted image answers.
//
// What it makes, it deletes. A check that lacks something, such as a token, is
// skipped with the reason, never silently.
package verify
