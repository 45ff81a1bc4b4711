// Package embedding turns texts into vectors whose cosine distance is small when the texts are
// alike. It has two implementations of service.Embedder.
//
// HTTP asks a service with the interface of OpenAI's embeddings, so that a real language model
// decides what is alike.
//
// Local needs nothing: no service, no model, no download. It is lexical, not semantic: it sees
// words and parts of words, so "hotels in Paris" is near to "We liked the hotel near the Eiffel
// Tower in Paris", but "cheap lodging" is not near to "hostel". On the labelled set in testdata,
// with 56 memories, it has the right memory first in 34 of 34 searches that share a word with it
// in some form (33 among 5,000 more memories of made-up words), but only in 1 of 16 that mean the
// same in other words (4 among the first three). The set is small and our own; it shows what to
// expect, not how this compares with anything else.
//
// Local does this, all of it in whole numbers until the last step, so that a text gives the same
// bytes on every machine:
//
//  1. The text is folded: lower case, no accents, compatibility forms taken apart (words.go).
//  2. It is cut into words; each letter of a script without spaces is a word.
//  3. English words lose their endings (stem.go). Words that say little count less (vocabulary.go).
//  4. Features are the stems, pairs of neighbours, and the n-grams of three and four letters of
//     each word. A word that comes again adds with the logarithm of its count.
//  5. Each feature is hashed to one of 383 dimensions and a sign (vector.go).
//  6. The vector gets length 1. A text without words is the unit vector of dimension 0, which no
//     other text uses.
package embedding
