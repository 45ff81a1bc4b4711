// Package verdict is about what the policy pack says: which rules it has, how
// a user configures them, and what it found, for people, for GitHub's
// annotations and for code scanning.
//
// It knows the pack as other programs do: by the JSON that the pack prints
// with --rules, and by the form of its messages, which is what is wrong, then
// a line that begins with "Fix: " and one that begins with "See: ".
package verdict
