package main

import (
	"crypto/rand"
	"fmt"
	"strings"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"golang.org/x/crypto/bcrypt"
)

// passwordType has the official type's inputs but for the deprecated number,
// an alias of numeric.
func passwordType() resourceType {
	yes, zero := property.New(true), property.New(0.0)
	return resourceType{
		inputs: []input{
			{name: "keepers", kind: strs},
			{name: "length", kind: whole, required: true},
			{name: "lower", kind: boolean, fallback: yes},
			{name: "upper", kind: boolean, fallback: yes},
			{name: "numeric", kind: boolean, fallback: yes},
			{name: "special", kind: boolean, fallback: yes},
			{name: "overrideSpecial", kind: text},
			{name: "minLower", kind: whole, fallback: zero},
			{name: "minUpper", kind: whole, fallback: zero},
			{name: "minNumeric", kind: whole, fallback: zero},
			{name: "minSpecial", kind: whole, fallback: zero},
		},
		rules:   passwordRules,
		outputs: []output{{name: "result", secret: true}, {name: "bcryptHash", secret: true}},
		create:  createPassword,
	}
}

func passwordRules(in property.Map) []p.CheckFailure {
	var failures []p.CheckFailure
	fail := func(name, format string, args ...any) {
		failures = append(failures, p.CheckFailure{Property: name, Reason: fmt.Sprintf(format, args...)})
	}
	var sum int
	for _, name := range []string{"minLower", "minUpper", "minNumeric", "minSpecial"} {
		if number(in, name) < 0 {
			fail(name, "must be 0 or more, not %d", number(in, name))
		}
		sum += max(number(in, name), 0)
	}
	if length := number(in, "length"); length < 1 {
		fail("length", "must be 1 or more, not %d", length)
	} else if length < sum {
		fail("length", "must be at least minLower + minUpper + minNumeric + minSpecial = %d, not %d", sum, length)
	}
	if !in.Get("lower").AsBool() && !in.Get("upper").AsBool() &&
		!in.Get("numeric").AsBool() && !in.Get("special").AsBool() {
		fail("special", "at least one of lower, upper, numeric and special must be true")
	}
	unprintable := func(r rune) bool { return r < ' ' || r > '~' }
	if strings.ContainsFunc(stringOr(in, "overrideSpecial", ""), unprintable) {
		fail("overrideSpecial", "must hold printable ASCII characters only")
	}
	return failures
}

// createPassword gives every password the id "none", as the official plugin
// does: an id is not secret, so it must not tell anything about the value.
func createPassword(in property.Map) (string, map[string]string, error) {
	password, err := generate(rand.Reader, number(in, "length"), []class{
		{chars: numericChars, use: in.Get("numeric").AsBool(), min: number(in, "minNumeric")},
		{chars: lowerChars, use: in.Get("lower").AsBool(), min: number(in, "minLower")},
		{chars: upperChars, use: in.Get("upper").AsBool(), min: number(in, "minUpper")},
		{
			chars: stringOr(in, "overrideSpecial", specialChars),
			use:   in.Get("special").AsBool(), min: number(in, "minSpecial"),
		},
	})
	if err != nil {
		return "", nil, fmt.Errorf("make a password: %w", err)
	}
	// bcrypt takes 72 bytes at most; the official plugin cuts there too.
	hash, err := bcrypt.GenerateFromPassword([]byte(password)[:min(len(password), 72)], bcrypt.DefaultCost)
	if err != nil {
		return "", nil, fmt.Errorf("hash the password: %w", err)
	}
	return "none", map[string]string{"result": password, "bcryptHash": string(hash)}, nil
}
