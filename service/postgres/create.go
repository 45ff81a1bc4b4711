package postgres

import (
	"context"
	"crypto/subtle"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/tripsage/infrastructure/service"
)

// The user's own row comes with the first thing that a user creates.
const ensureUser = `insert into users (id, email) values ($1, $2) on conflict (id) do nothing`

func userRow(by service.Principal) statement {
	return statement{sql: ensureUser, args: []param{text(by.User), textOrNull(by.Email)}}
}

// A creation's first three arguments are the user, the idempotency key (NULL for none) and the
// fingerprint. keepKey follows a "with made as (insert … returning *)", so the resource and its
// key come to exist together or not at all. The table's primary key makes a second request with
// the key wait for the first one, and then fail; only that failure costs another round trip.
const (
	keepKeyOf = `, kept as (insert into idempotency_keys (user_id, key, fingerprint, kind, resource_id)
	select $1::uuid, $2::text, $3::bytea, '`
	keepKeyEnd    = `', id from made where $2::text is not null) `
	findKept      = `select fingerprint, kind from idempotency_keys where user_id = $1 and key = $2`
	keptResource  = ` r join idempotency_keys k on k.resource_id = r.id where k.user_id = $1 and k.key = $2`
	uniqueKept    = "idempotency_keys_pkey"
	uniqueInvalid = "23505"
)

// creation says how one kind of thing is made.
type creation[T any] struct {
	name   string // for the observer
	kind   string // in idempotency_keys
	insert string // made, kept, and the columns of what was made
	replay string // the columns again, of what a key made
	scan   pgx.RowToFunc[T]
}

// create makes the thing, or finds what the same request made before. The thing is nil when insert
// made none; others are statements that tell the caller why, in the same round trip.
func create[T any](ctx context.Context, d *Database, by service.Principal, once service.Once, how creation[T],
	args []param, others ...statement,
) (*T, bool, error) {
	var made *T
	args = append([]param{text(by.User), textOrNull(once.Key), octets(once.Fingerprint[:])}, args...)
	statements := append([]statement{userRow(by), query(how.insert, perhaps(&made, how.scan), args...)}, others...)
	err := d.run(ctx, work{name: how.name, by: &by, repeatable: once.Key != "", statements: statements})
	var answer *pgconn.PgError
	if errors.As(err, &answer) && answer.Code == uniqueInvalid && answer.ConstraintName == uniqueKept {
		made, err = replay(ctx, d, by, once, how)
		return made, true, err
	}
	return made, false, err
}

type kept struct {
	fingerprint []byte
	kind        string
}

func scanKept(row pgx.CollectableRow) (k kept, err error) {
	err = row.Scan(&k.fingerprint, &k.kind)
	return k, err
}

func replay[T any](ctx context.Context, d *Database, by service.Principal, once service.Once, how creation[T]) (*T, error) {
	var (
		key    *kept
		before *T
		args   = []param{text(by.User), text(once.Key)}
	)
	err := d.run(ctx, work{name: how.name + ".replay", by: &by, repeatable: true, statements: []statement{
		query(findKept, perhaps(&key, scanKept), args...),
		query(how.replay, perhaps(&before, how.scan), args...),
	}})
	switch {
	case err != nil:
		return nil, err
	case key != nil && (key.kind != how.kind || subtle.ConstantTimeCompare(key.fingerprint, once.Fingerprint[:]) == 0):
		return nil, &service.Error{Code: service.CodeKeyReused}
	case before == nil:
		return nil, &service.Error{Code: service.CodeReplayGone}
	default:
		return before, nil
	}
}

// created is what a store's method returns of create's results.
func created[T any](made *T, replayed bool, err error) (service.Created[T], error) {
	if err != nil {
		return service.Created[T]{}, err
	}
	return service.Created[T]{Value: *made, Replayed: replayed}, nil
}
