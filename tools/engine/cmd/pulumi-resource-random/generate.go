package main

import (
	"crypto/rand"
	"fmt"
	"io"
	"math/big"
)

const (
	lowerChars   = "abcdefghijklmnopqrstuvwxyz"
	upperChars   = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	numericChars = "0123456789"
	// specialChars is the default of the official plugin.
	specialChars = "!@#$%&*()-_=+[]{}<>:?"
)

// class is one kind of character and how many of them must appear at least.
// A class with use == false still contributes its minimum, as in the official
// plugin.
type class struct {
	chars string
	use   bool
	min   int
}

// generate returns length characters: the minimum of every class, the rest
// drawn evenly from all classes in use, in random order. All randomness comes
// from random.
func generate(random io.Reader, length int, classes []class) (string, error) {
	var all string
	out := make([]byte, 0, length)
	for _, c := range classes {
		if c.use {
			all += c.chars
		}
		drawn, err := draw(random, c.chars, c.min)
		if err != nil {
			return "", err
		}
		out = append(out, drawn...)
	}
	rest, err := draw(random, all, length-len(out))
	if err != nil {
		return "", err
	}
	out = append(out, rest...)
	if err := shuffle(random, out); err != nil {
		return "", err
	}
	return string(out), nil
}

func draw(random io.Reader, chars string, n int) ([]byte, error) {
	if n > 0 && chars == "" {
		return nil, fmt.Errorf("no characters to choose %d from", n)
	}
	out := make([]byte, 0, max(n, 0))
	for range n {
		i, err := below(random, len(chars))
		if err != nil {
			return nil, err
		}
		out = append(out, chars[i])
	}
	return out, nil
}

// shuffle is Fisher and Yates's, so that every order is as likely.
func shuffle(random io.Reader, b []byte) error {
	for i := len(b) - 1; i > 0; i-- {
		j, err := below(random, i+1)
		if err != nil {
			return err
		}
		b[i], b[j] = b[j], b[i]
	}
	return nil
}

// below returns a number in [0, n) without modulo bias.
func below(random io.Reader, n int) (int, error) {
	i, err := rand.Int(random, big.NewInt(int64(n)))
	if err != nil {
		return 0, fmt.Errorf("read random bytes: %w", err)
	}
	return int(i.Int64()), nil
}
