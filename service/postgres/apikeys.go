package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/tripsage/infrastructure/service"
)

const (
	keyFields = `id, provider, name, hint, created_at`

	// A trigger writes the audit log. Another one sets updated_at, to the time of a replacement.
	putKey = `insert into api_keys (user_id, provider, name, hint, sealed) values ($1, $2, $3, $4, $5)
	on conflict (user_id, provider, name) do update set hint = excluded.hint, sealed = excluded.sealed
	returning ` + keyFields + `, updated_at <> created_at`
	listKeys  = `select ` + keyFields + ` from api_keys where user_id = $1 order by provider, name`
	deleteKey = `delete from api_keys where id = $1 returning id`
)

type putAPIKey struct {
	service.APIKey
	replaced bool
}

func scanPutAPIKey(row pgx.CollectableRow) (k putAPIKey, err error) {
	err = row.Scan(&k.ID, &k.Provider, &k.Name, &k.Hint, &k.CreatedAt, &k.replaced)
	return k, err
}

func scanAPIKey(row pgx.CollectableRow) (k service.APIKey, err error) {
	err = row.Scan(&k.ID, &k.Provider, &k.Name, &k.Hint, &k.CreatedAt)
	return k, err
}

// PutAPIKey stores a sealed key. Only the seal reaches the database.
func (d *Database) PutAPIKey(
	ctx context.Context, by service.Principal, key service.SealedKey,
) (stored service.APIKey, replaced bool, err error) {
	var put putAPIKey
	err = d.run(ctx, work{name: "keys.put", by: &by, statements: []statement{
		userRow(by),
		query(putKey, one(&put, scanPutAPIKey),
			text(by.User), text(key.Provider), text(key.Name), text(key.Hint), octets(key.Sealed)),
	}})
	return put.APIKey, put.replaced, err
}

// ListAPIKeys has the principal's keys by provider and name. No statement of the API reads a seal.
func (d *Database) ListAPIKeys(ctx context.Context, by service.Principal) (keys []service.APIKey, err error) {
	err = d.run(ctx, work{name: "keys.list", by: &by, repeatable: true, statements: []statement{
		query(listKeys, many(&keys, scanAPIKey), text(by.User)),
	}})
	return keys, err
}

// DeleteAPIKey deletes a key of the principal.
func (d *Database) DeleteAPIKey(ctx context.Context, by service.Principal, id int64) error {
	var gone int64
	return d.run(ctx, work{name: "keys.delete", by: &by, statements: []statement{
		query(deleteKey, one(&gone, pgx.RowTo[int64]), number(id)),
	}})
}
