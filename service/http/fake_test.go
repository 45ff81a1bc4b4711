package httpapi

import (
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/tripsage/infrastructure/service"
)

// fakes are stores in memory that keep the promises of the interfaces in package service.
type fakes struct {
	mu       sync.Mutex
	lastID   int64
	made     map[string]fakeOnce // by user and key
	trips    map[int64]*fakeTrip
	sessions map[int64]*fakeSession
	memories map[int64]fakeMemory
	keys     map[int64]fakeKey
	profiles map[service.UserID]service.Profile
}

type fakeOnce struct {
	fingerprint [32]byte
	id          int64
}

func newFakes() *fakes {
	return &fakes{
		made: map[string]fakeOnce{}, trips: map[int64]*fakeTrip{}, sessions: map[int64]*fakeSession{},
		memories: map[int64]fakeMemory{}, keys: map[int64]fakeKey{}, profiles: map[service.UserID]service.Profile{},
	}
}

// fakeStores gives an API stores in memory.
func fakeStores(o *Options) *fakes {
	f := newFakes()
	o.Trips, o.Itineraries, o.Chats, o.Memories, o.Profiles, o.APIKeys = f, f, f, f, f, f
	o.Destinations = &fakeCatalogue{}
	o.Embedder, o.Sealer, o.Cache = fakeEmbedder{}, fakeSealer{}, &fakeCache{kept: map[string][]byte{}, missing: map[string]bool{}}
	return f
}

// aTime is when everything in the fakes happens.
var aTime = time.Date(2026, 11, 26, 9, 30, 0, 123_000_000, time.UTC)

func coded(code service.Code) error { return &service.Error{Code: code} }

// once returns the id that the thing has or is to have, and whether it was made before.
func (f *fakes) once(by service.Principal, once service.Once) (id int64, replayed bool, err error) {
	key := string(by.User) + " " + once.Key
	if before, ok := f.made[key]; ok && once.Key != "" {
		if before.fingerprint != once.Fingerprint {
			return 0, false, coded(service.CodeKeyReused)
		}
		return before.id, true, nil
	}
	f.lastID++
	if once.Key != "" {
		f.made[key] = fakeOnce{once.Fingerprint, f.lastID}
	}
	return f.lastID, false, nil
}

// cut returns one page of all. Its cursor is how many came before.
func cut[T any](all []T, page service.Page) (service.List[T], error) {
	start := 0
	if page.After != "" {
		var err error
		if start, err = strconv.Atoi(page.After); err != nil || start < 0 || start > len(all) {
			var faults service.Invalid
			faults.Add("query.after", "is not from this API", "the next of the page before")
			return service.List[T]{}, faults.Err()
		}
	}
	end := min(start+page.Limit, len(all))
	list := service.List[T]{Items: slices.Clone(all[start:end])}
	if end < len(all) {
		list.Next = strconv.Itoa(end)
	}
	return list, nil
}

func orEmpty(object json.RawMessage) json.RawMessage {
	if object == nil {
		return json.RawMessage(`{}`)
	}
	return object
}

// sortedBy returns the values in the order of less.
func sortedBy[K comparable, V any](all map[K]V, compare func(a, b V) int) []V {
	values := make([]V, 0, len(all))
	for _, v := range all {
		values = append(values, v)
	}
	slices.SortFunc(values, compare)
	return values
}

var errBroken = errors.New("the fake was told to fail")
