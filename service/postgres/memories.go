package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/tripsage/infrastructure/service"
)

const (
	memoryFields = `id, content, metadata, created_at`

	insertMemory = `with made as (insert into memories (user_id, content, metadata, model, embedding)
	values ($1, $4, $5::jsonb, $6, $7::vector) returning *)` + keepKeyOf + `memory` + keepKeyEnd +
		`select ` + memoryFields + ` from made`
	replayMemory = `select r.id, r.content, r.metadata, r.created_at from memories` + keptResource
	deleteMemory = `delete from memories where id = $1 returning id`

	// The policies would do for what is found. The user as a value lets the planner see how many
	// memories this user has: few are all compared, and of many the index finds the nearest.
	searchMemories = `select ` + memoryFields + `, 1 - distance from (
	select ` + memoryFields + `, embedding <=> $3::vector as distance from memories
	where user_id = $1 and model = $2 order by embedding <=> $3::vector limit $4) near order by distance`

	// ef_search is how many candidates the index keeps in hand. The index knows no users: with an
	// iterative scan it goes on, in the order of distance, until the limit is reached by rows of this
	// one. A plan that is made for any user would not know how many memories this one has.
	tuneSearch = ` || set_config('hnsw.ef_search', '100', true) || set_config('hnsw.iterative_scan', 'strict_order', true)
	|| set_config('plan_cache_mode', 'force_custom_plan', true)`
)

func scanMemory(row pgx.CollectableRow) (m service.Memory, err error) {
	err = row.Scan(&m.ID, &m.Content, (*[]byte)(&m.Metadata), &m.CreatedAt)
	return m, err
}

func scanMatch(row pgx.CollectableRow) (m service.MemoryMatch, err error) {
	err = row.Scan(&m.ID, &m.Content, (*[]byte)(&m.Metadata), &m.CreatedAt, &m.Similarity)
	return m, err
}

// AddMemory stores a memory of the principal. An embedding that is not of service.Dimensions is
// CodeInvalid.
func (d *Database) AddMemory(ctx context.Context, by service.Principal, once service.Once, draft service.MemoryDraft,
	model string, embedding service.Embedding,
) (service.Created[service.Memory], error) {
	how := creation[service.Memory]{
		name: "memories.add", kind: "memory", insert: insertMemory, replay: replayMemory, scan: scanMemory,
	}
	args := []param{text(draft.Content), object(draft.Metadata), text(model), vector(embedding)}
	made, replayed, err := create(ctx, d, by, once, how, args)
	return created(made, replayed, err)
}

// SearchMemories has the principal's memories that are nearest.
func (d *Database) SearchMemories(
	ctx context.Context, by service.Principal, model string, near service.Embedding, limit int,
) ([]service.MemoryMatch, error) {
	var found []service.MemoryMatch
	err := d.run(ctx, work{name: "memories.search", by: &by, vectors: true, repeatable: true, statements: []statement{
		query(searchMemories, many(&found, scanMatch), text(by.User), text(model), vector(near), number(limit)),
	}})
	return found, err
}

// DeleteMemory forgets a memory of the principal.
func (d *Database) DeleteMemory(ctx context.Context, by service.Principal, id int64) error {
	var gone int64
	return d.run(ctx, work{name: "memories.delete", by: &by, statements: []statement{
		query(deleteMemory, one(&gone, pgx.RowTo[int64]), number(id)),
	}})
}
