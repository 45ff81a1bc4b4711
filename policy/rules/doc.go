// Package rules holds the rules, a file each. What a rule catches and what it
// lets pass is in examples/<id>: bad*.yaml, with what the rule says of it in
// bad*.want, and good*.yaml. Rules of one resource judge each document of a
// file alone; rules of the stack judge a file as a whole.
package rules
