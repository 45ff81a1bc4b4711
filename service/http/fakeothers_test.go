package httpapi

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/tripsage/infrastructure/service"
)

type fakeMemory struct {
	service.Memory
	user  service.UserID
	model string
	at    service.Embedding
}

// fakeEmbedder puts texts of one length at one place.
type fakeEmbedder struct{}

func (fakeEmbedder) Name() string { return "fake" }

func (fakeEmbedder) Embed(_ context.Context, texts []string) (all []service.Embedding, _ error) {
	for _, text := range texts {
		at := make(service.Embedding, service.Dimensions)
		at[len(text)%service.Dimensions] = 1
		all = append(all, at)
	}
	return all, nil
}

func (f *fakes) AddMemory(_ context.Context, by service.Principal, once service.Once, d service.MemoryDraft, model string, at service.Embedding) (made service.Created[service.Memory], err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	id, replayed, err := f.once(by, once)
	if err != nil {
		return made, err
	}
	if !replayed {
		memory := service.Memory{ID: id, Content: d.Content, Metadata: orEmpty(d.Metadata), CreatedAt: aTime}
		f.memories[id] = fakeMemory{memory, by.User, model, at}
	}
	memory, ok := f.memories[id]
	if !ok {
		return made, coded(service.CodeReplayGone)
	}
	return service.Created[service.Memory]{Value: memory.Memory, Replayed: replayed}, nil
}

func (f *fakes) SearchMemories(_ context.Context, by service.Principal, model string, near service.Embedding, limit int) (found []service.MemoryMatch, _ error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, m := range sortedBy(f.memories, func(a, b fakeMemory) int { return cmp.Compare(a.ID, b.ID) }) {
		if m.user != by.User || m.model != model {
			continue
		}
		var cosine float64
		for i := range near {
			cosine += float64(near[i] * m.at[i])
		}
		found = append(found, service.MemoryMatch{Memory: m.Memory, Similarity: cosine})
	}
	slices.SortStableFunc(found, func(a, b service.MemoryMatch) int { return cmp.Compare(b.Similarity, a.Similarity) })
	return found[:min(limit, len(found))], nil
}

func (f *fakes) DeleteMemory(_ context.Context, by service.Principal, id int64) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if m, ok := f.memories[id]; !ok || m.user != by.User {
		return coded(service.CodeNotFound)
	}
	delete(f.memories, id)
	return nil
}

func (f *fakes) Profile(_ context.Context, by service.Principal) (service.Profile, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	profile, ok := f.profiles[by.User]
	if !ok {
		profile = service.Profile{ID: by.User, Email: by.Email, Preferences: orEmpty(nil), CreatedAt: aTime, UpdatedAt: aTime}
	}
	return profile, nil
}

func (f *fakes) ReplaceProfile(ctx context.Context, by service.Principal, d service.ProfileDraft) (service.Profile, error) {
	profile, err := f.Profile(ctx, by)
	f.mu.Lock()
	defer f.mu.Unlock()
	profile.Name, profile.Preferences = d.Name, d.Preferences
	f.profiles[by.User] = profile
	return profile, err
}

type fakeKey struct {
	service.APIKey
	user   service.UserID
	sealed service.SealedKey
}

// fakeSealer does not hide anything, but binds.
type fakeSealer struct{}

func (fakeSealer) Seal(plain, binding []byte) ([]byte, error) {
	return slices.Concat(binding, []byte{0xff}, plain), nil
}

func (fakeSealer) Open(sealed, binding []byte) ([]byte, error) {
	plain, ok := bytes.CutPrefix(sealed, slices.Concat(binding, []byte{0xff}))
	if !ok {
		return nil, errBroken
	}
	return plain, nil
}

func (f *fakes) PutAPIKey(_ context.Context, by service.Principal, k service.SealedKey) (service.APIKey, bool, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	key := service.APIKey{Provider: k.Provider, Name: k.Name, Hint: k.Hint, CreatedAt: aTime}
	for id, old := range f.keys {
		if old.user == by.User && old.Provider == k.Provider && old.Name == k.Name {
			key.ID = id
			f.keys[id] = fakeKey{key, by.User, k}
			return key, true, nil
		}
	}
	f.lastID++
	key.ID = f.lastID
	f.keys[key.ID] = fakeKey{key, by.User, k}
	return key, false, nil
}

func (f *fakes) ListAPIKeys(_ context.Context, by service.Principal) (own []service.APIKey, _ error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, k := range sortedBy(f.keys, func(a, b fakeKey) int { return cmp.Compare(a.ID, b.ID) }) {
		if k.user == by.User {
			own = append(own, k.APIKey)
		}
	}
	return own, nil
}

func (f *fakes) DeleteAPIKey(_ context.Context, by service.Principal, id int64) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if k, ok := f.keys[id]; !ok || k.user != by.User {
		return coded(service.CodeNotFound)
	}
	delete(f.keys, id)
	return nil
}

// fakeCatalogue knows two places, and counts how often it is asked.
type fakeCatalogue struct {
	mu    sync.Mutex
	asked []string
}

func (c *fakeCatalogue) note(what string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked = append(c.asked, what)
}

func (c *fakeCatalogue) all() []service.Destination {
	return []service.Destination{
		{ID: 1, Name: "Lisbon", Country: "Portugal", CountryCode: "PT", Tags: []string{"sea"}, Latitude: 38.7, Longitude: -9.1,
			DailyCostCents: 9000, Season: []int{80, 80, 90, 100, 110, 120, 140, 150, 120, 100, 80, 90}},
		{ID: 2, Name: "Kyoto", Country: "Japan", CountryCode: "JP", Latitude: 35, Longitude: 135.7, DailyCostCents: 11000},
	}
}

func (c *fakeCatalogue) SearchDestinations(_ context.Context, q service.DestinationQuery) (found []service.Destination, _ error) {
	c.note(searchKey(q))
	for _, place := range c.all() {
		if strings.Contains(strings.ToLower(place.Name), q.Text) {
			if place.Score = 1; q.Blended {
				place.Score = 2
			}
			found = append(found, place)
		}
	}
	return found[:min(q.Limit, len(found))], nil
}

func (c *fakeCatalogue) Destination(_ context.Context, id int64) (service.Destination, error) {
	c.note("one")
	if id > 2 {
		return service.Destination{}, coded(service.CodeNotFound)
	}
	return c.all()[id-1], nil
}

func (c *fakeCatalogue) DestinationNamed(_ context.Context, text string) (service.Destination, error) {
	for _, place := range c.all() {
		if strings.EqualFold(place.Name, text) {
			return place, nil
		}
	}
	return service.Destination{}, coded(service.CodeNotFound)
}

// fakeCache keeps everything for ever, what is missing too.
type fakeCache struct {
	mu      sync.Mutex
	kept    map[string][]byte
	missing map[string]bool
	down    bool
}

func (c *fakeCache) Fetch(ctx context.Context, kind service.CacheKind, key string, load func(context.Context) ([]byte, error)) ([]byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	name := string(kind) + ":" + key
	if data, ok := c.kept[name]; ok && !c.down {
		return data, nil
	}
	if c.missing[name] && !c.down {
		return nil, coded(service.CodeNotFound)
	}
	data, err := load(ctx)
	if err == nil {
		c.kept[name] = data
	}
	c.missing[name] = service.CodeOf(err) == service.CodeNotFound
	return data, err
}

func (c *fakeCache) Forget(_ context.Context, kind service.CacheKind, key string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.kept, string(kind)+":"+key)
}
