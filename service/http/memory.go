package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"strconv"

	"github.com/tripsage/infrastructure/service"
)

func (a *API) memoryRoutes() []route {
	const read, write = service.ScopeMemoryRead, service.ScopeMemoryWrite
	return []route{
		{method: http.MethodPost, pattern: "/memory", scope: write, handle: a.addMemory},
		{method: http.MethodPost, pattern: "/memory/search", scope: read, handle: a.searchMemories},
		{method: http.MethodDelete, pattern: "/memory/{id}", scope: write, handle: a.deleteMemory},
	}
}

func (a *API) addMemory(w http.ResponseWriter, r *http.Request, by service.Principal) error {
	var faults service.Invalid
	draft, err := decode[service.MemoryDraft](r, &faults)
	if err != nil {
		return err
	}
	check := rules{&faults}
	check.text("content", draft.Content, 1, maxMemory)
	draft.Metadata = check.object("metadata", draft.Metadata)
	once := onceOf(r, draft, &faults)
	if err := faults.Err(); err != nil {
		return err
	}
	embedding, err := a.embed(r.Context(), draft.Content)
	if err != nil {
		return err
	}
	made, err := a.Memories.AddMemory(r.Context(), by, once, draft, a.Embedder.Name(), embedding)
	if err != nil {
		return err
	}
	a.countNew(service.EventMemory, "added", made.Replayed)
	return writeCreated(w, r, "/memory/"+strconv.FormatInt(made.Value.ID, 10), made.Value, 0, made.Replayed)
}

// embed returns the embedding of one text.
func (a *API) embed(ctx context.Context, text string) (service.Embedding, error) {
	made, err := a.Embedder.Embed(ctx, []string{text})
	if err != nil {
		return nil, err
	}
	if len(made) != 1 {
		return nil, &service.Error{Code: service.CodeEmbedderDown, Err: fmt.Errorf("%d embeddings of one text", len(made))}
	}
	return made[0], nil
}

// memoryQuery is the body of a search.
type memoryQuery struct {
	Query string        `json:"query"`
	Limit optional[int] `json:"limit"`
}

const defaultFound = 10

func (a *API) searchMemories(w http.ResponseWriter, r *http.Request, by service.Principal) error {
	var faults service.Invalid
	query, err := decode[memoryQuery](r, &faults)
	if err != nil {
		return err
	}
	check := rules{&faults}
	check.text("query", query.Query, 1, maxMemory)
	limit := defaultFound
	if query.Limit.value != nil {
		limit = *query.Limit.value
	}
	check.number("limit", limit, 1, maxFound)
	if err := faults.Err(); err != nil {
		return err
	}
	a.Observer.Count(service.EventSearch, "memories")
	near, err := a.embed(r.Context(), query.Query)
	if err != nil {
		return err
	}
	found, err := a.Memories.SearchMemories(r.Context(), by, a.Embedder.Name(), near, limit)
	if err != nil {
		return err
	}
	return writeList(w, r, service.List[service.MemoryMatch]{Items: found})
}

func (a *API) deleteMemory(w http.ResponseWriter, r *http.Request, by service.Principal) error {
	var faults service.Invalid
	id := pathID(r, "id", &faults)
	if err := faults.Err(); err != nil {
		return err
	}
	if err := a.Memories.DeleteMemory(r.Context(), by, id); err != nil {
		return err
	}
	a.Observer.Count(service.EventMemory, "deleted")
	w.WriteHeader(http.StatusNoContent)
	return nil
}
