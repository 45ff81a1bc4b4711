package release

import (
	"slices"
	"time"
)

// Word is what is known of an earlier release.
type Word string

// The words.
const (
	Good      Word = "good"      // it was verified while it served
	Found     Word = "found"     // it served when the record began
	Trying    Word = "trying"    // it is being deployed, or whoever did that was killed
	Bad       Word = "bad"       // it could not be deployed, or failed its verification
	Withdrawn Word = "withdrawn" // somebody rolled it back
)

// Entry is one release of the past.
type Entry struct {
	Image Image     `json:"image"`
	Word  Word      `json:"word"`
	At    time.Time `json:"at"`
}

// History are the releases of a stack, the latest first, each image once.
type History []Entry

// kept is how far back a rollback by digest can be looked up.
const kept = 20

// With is the history after one more word about an image, which moves to the
// front.
func (h History) With(image Image, word Word, at time.Time) History {
	if image == "" {
		return h
	}
	entry := Entry{Image: image, Word: word, At: at.UTC().Truncate(time.Second)}
	rest := slices.DeleteFunc(slices.Clone(h), func(e Entry) bool { return e.Image.Same(image) })
	rest = append(History{entry}, rest...)
	return rest[:min(len(rest), kept)]
}

// Known says what the record has about a digest.
func (h History) Known(digest string) (Entry, bool) {
	at := slices.IndexFunc(h, func(e Entry) bool { return e.Image.Digest() == digest })
	if at < 0 {
		return Entry{}, false
	}
	return h[at], true
}

// Before is the latest release that may serve in place of the image; empty when
// there is none on record.
func (h History) Before(image Image) Image {
	for _, e := range h {
		if e.may() && !e.Image.Same(image) {
			return e.Image
		}
	}
	return ""
}

// may says whether nothing speaks against the release.
func (e Entry) may() bool { return e.Word == Good || e.Word == Found }
