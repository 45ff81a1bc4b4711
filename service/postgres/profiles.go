package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/tripsage/infrastructure/service"
)

const (
	profileFields = `id::text, coalesce(email, ''), name, preferences, created_at, updated_at`

	// Reading with a token without an email leaves the stored one alone.
	ensureProfile = `insert into users (id, email) values ($1, $2) on conflict (id) do update set email = excluded.email
	where excluded.email is distinct from users.email and excluded.email is not null`
	selectProfile = `select ` + profileFields + ` from users where id = $1`
	// The policy lets no row be written with an email that is not the token's.
	replaceProfile = `insert into users (id, email, name, preferences) values ($1, $2, $3, $4::jsonb)
	on conflict (id) do update set email = excluded.email, name = excluded.name, preferences = excluded.preferences
	returning ` + profileFields
)

func scanProfile(row pgx.CollectableRow) (p service.Profile, err error) {
	err = row.Scan((*string)(&p.ID), &p.Email, &p.Name, (*[]byte)(&p.Preferences), &p.CreatedAt, &p.UpdatedAt)
	return p, err
}

// Profile is the principal's own. It is made, and its email kept up with the token's, on the way; when
// there is nothing to make it is only read, which also a database can do that takes no changes.
func (d *Database) Profile(ctx context.Context, by service.Principal) (service.Profile, error) {
	var found *service.Profile
	read := query(selectProfile, perhaps(&found, scanProfile), text(by.User))
	err := d.run(ctx, work{name: "profiles.get", by: &by, repeatable: true, statements: []statement{read}})
	if err != nil {
		return service.Profile{}, err
	}
	if found != nil && (by.Email == "" || by.Email == found.Email) {
		return *found, nil
	}
	var profile service.Profile
	err = d.run(ctx, work{name: "profiles.make", by: &by, repeatable: true, statements: []statement{
		{sql: ensureProfile, args: []param{text(by.User), textOrNull(by.Email)}},
		query(selectProfile, one(&profile, scanProfile), text(by.User)),
	}})
	return profile, err
}

// ReplaceProfile stores what the principal decided about themselves.
func (d *Database) ReplaceProfile(
	ctx context.Context, by service.Principal, draft service.ProfileDraft,
) (profile service.Profile, err error) {
	err = d.run(ctx, work{name: "profiles.replace", by: &by, repeatable: true, statements: []statement{
		query(replaceProfile, one(&profile, scanProfile),
			text(by.User), textOrNull(by.Email), text(draft.Name), object(draft.Preferences)),
	}})
	return profile, err
}
