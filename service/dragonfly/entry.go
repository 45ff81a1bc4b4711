package dragonfly

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
)

// entryPrefix has the version of the format of entries and generations.
const entryPrefix = keyPrefix + "c1:"

// state is what a look at the cache found.
type state int

const (
	unusable state = iota // the cache does not work, or not for this key
	empty                 // nothing
	spoiled               // something that is no entry, or no longer one
	leased                // somebody's right to store a value
	kept                  // a value
	absent                // the knowledge that there is no value
)

// An entry is the life (8 bytes), the generation (8 bytes), one byte of these and then the token of
// a lease or the value.
const (
	leaseMark  = 'l'
	valueMark  = 'v'
	absentMark = 'n'

	stampSize      = 16
	headSize       = stampSize + 1
	tokenSize      = 16
	generationSize = 8
)

// look is a look at the cache.
type look struct {
	state      state
	entry      string // as it was read
	generation string // "" when there is none
}

// value of a kept entry, in memory of its own.
func (l look) value() []byte { return []byte(l.entry[headSize:]) }

// read makes a look of what MGET returned for the generation and the entry: strings, or nil for
// what is not there or no string.
func read(life uint64, generation, entry any) look {
	found := look{state: empty}
	if g, ok := generation.(string); ok && len(g) == generationSize {
		found.generation = g
	}
	text, ok := entry.(string)
	if !ok {
		return found
	}
	found.entry, found.state = text, spoiled
	if len(text) < headSize || found.generation == "" || text[8:stampSize] != found.generation ||
		binary.LittleEndian.Uint64([]byte(text[:8])) != life {
		return found
	}
	switch text[stampSize] {
	case leaseMark:
		found.state = leased
	case valueMark:
		found.state = kept
	case absentMark:
		found.state = absent
	}
	return found
}

// newLease is an entry that only its maker knows how to replace.
func newLease(life uint64, generation string) string {
	lease := make([]byte, 0, headSize+tokenSize)
	lease = binary.LittleEndian.AppendUint64(lease, life)
	lease = append(append(lease, generation...), leaseMark)
	return string(append(lease, random(tokenSize)...))
}

// replacing is the entry that takes the place of the lease: of the life and the generation in which
// the load began.
func replacing(lease string, mark byte, value []byte) []byte {
	entry := make([]byte, 0, headSize+len(value))
	entry = append(append(entry, lease[:stampSize]...), mark)
	return append(entry, value...)
}

func random(size int) []byte {
	bytes := make([]byte, size)
	_, _ = rand.Read(bytes) // never fails, says its documentation
	return bytes
}

// hashed is a key that says nothing about what it was made of.
func hashed(prefix, text string) string {
	sum := sha256.Sum256([]byte(text))
	key := make([]byte, 0, 96)
	return string(base64.RawURLEncoding.AppendEncode(append(key, prefix...), sum[:]))
}
