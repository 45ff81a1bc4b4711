// Package secret is a Kubernetes Secret whose values are generated, given or
// composed of others.
//
// # Rotation
//
// A new Epoch replaces every generated value; composed values, the Secret and
// its consumers follow in the same update. Lasting values stay: a password can be
// changed on both sides, but what a key has sealed is lost without that key.
//
// # How consumers notice
//
// Pods do not restart when a Secret changes, so each consumer puts the Secret's
// Version in an annotation of its pods. An annotation is readable by many, so
// the version must not help to guess a value. A plain hash would: a short
// password given by a person can be found by hashing guesses. The version is
// therefore an HMAC of all the values, under a random key that exists only in
// the (encrypted) Pulumi state. It changes when, and only when, a value or the
// epoch changes, and says nothing to someone without the key.
package secret
