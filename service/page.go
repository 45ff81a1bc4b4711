package service

// Page asks for part of a list that has a fixed order. Lists go by keyset: they neither skip nor
// repeat rows when others are added.
type Page struct {
	// Limit is the most items to return, 1 to MaxPage.
	Limit int
	// After is the last item of the page before, as the store gave it in List.Next; "" at first.
	After string
}

// MaxPage is the most items of one page.
const MaxPage = 100

// List is one page of items.
type List[T any] struct {
	Items []T
	// Next is what asks for the page that follows; "" when there is none.
	Next string
}

// Once makes a creation happen once, however often a client repeats the request. The zero value
// asks for nothing.
type Once struct {
	// Key is the client's Idempotency-Key; it is the user's own, other users' keys do not clash.
	Key string
	// Fingerprint is of the request: the same key with another request is CodeKeyReused.
	Fingerprint [32]byte
}

// Created is the result of a creation.
type Created[T any] struct {
	Value T
	// Replayed means that an earlier request with the same key made it.
	Replayed bool
}
