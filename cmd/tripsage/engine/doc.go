// Package engine runs a Pulumi program function through the Automation API
// with the real engine, so that a bare machine needs neither a Pulumi account
// nor a language plugin.
//
// Everything it keeps is under Options.Home: a file backend with the state, a
// passphrase made once, PULUMI_HOME with links to the plugins, and a working
// copy of the project's settings, because the engine writes into the stack
// file and the committed one must not change.
//
// A run may be killed at any moment. The next one ends what is left of it,
// drops its lock, settles the operations that it left open and goes on from
// the recorded state; see recover.go.
package engine
