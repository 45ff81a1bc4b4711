package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/tripsage/infrastructure/service"
)

const (
	collaboratorFields = `user_id::text, role, added_at`

	// Emails are looked up for owners of the trip only, so nobody else learns who has an account.
	shareTrip = `insert into trip_collaborators (trip_id, user_id, role)
	select t.id, who.id, $5 from trips t
	cross join lateral (select coalesce($3::uuid, private.user_with_email($4::text)) as id) who
	where t.id = $1 and t.user_id = $2 and who.id is not null
	on conflict (trip_id, user_id) do update set role = excluded.role
	returning ` + collaboratorFields
	unshareTrip         = `delete from trip_collaborators where trip_id = $1 and user_id = $2 returning 1::bigint`
	selectCollaborators = `select ` + collaboratorFields + ` from trip_collaborators where trip_id = $1 order by added_at, user_id`
)

func scanCollaborator(row pgx.CollectableRow) (c service.Collaborator, err error) {
	err = row.Scan((*string)(&c.User), &c.Role, &c.AddedAt)
	return c, err
}

// ShareTrip lets somebody see or change the trip.
func (d *Database) ShareTrip(
	ctx context.Context, by service.Principal, id int64, invitation service.Invitation,
) (service.Collaborator, error) {
	var (
		added *service.Collaborator
		seen  *access
	)
	err := d.run(ctx, work{name: "trips.share", by: &by, statements: []statement{
		userRow(by),
		query(shareTrip, perhaps(&added, scanCollaborator), number(id), text(by.User),
			textOrNull(string(invitation.User)), textOrNull(invitation.Email), text(invitation.Role)),
		tripAccess(by, id, &seen),
	}})
	if err != nil {
		return service.Collaborator{}, err
	}
	if added == nil {
		if err := seen.refuse(roleOwner); err != nil {
			return service.Collaborator{}, err
		}
		return service.Collaborator{}, &service.Error{Code: service.CodeUserUnknown}
	}
	return *added, nil
}

// Collaborators are those of a trip that the principal may see, the first one added first.
func (d *Database) Collaborators(ctx context.Context, by service.Principal, id int64) ([]service.Collaborator, error) {
	var (
		found []service.Collaborator
		seen  *access
	)
	err := d.run(ctx, work{name: "trips.collaborators", by: &by, repeatable: true, statements: []statement{
		query(selectCollaborators, many(&found, scanCollaborator), number(id)),
		tripAccess(by, id, &seen),
	}})
	if err == nil {
		err = seen.refuse(service.RoleViewer)
	}
	if err != nil {
		return nil, err
	}
	return found, nil
}

// UnshareTrip takes the collaborator away: for the owner, and for oneself.
func (d *Database) UnshareTrip(ctx context.Context, by service.Principal, id int64, user service.UserID) error {
	var (
		gone *int64
		seen *access
	)
	err := d.run(ctx, work{name: "trips.unshare", by: &by, statements: []statement{
		query(unshareTrip, perhaps(&gone, pgx.RowTo[int64]), number(id), text(user)),
		tripAccess(by, id, &seen),
	}})
	if err != nil || gone != nil {
		return err
	}
	if err := seen.refuse(roleOwner); err != nil {
		return err
	}
	return &service.Error{Code: service.CodeNotFound, Err: errors.New("not a collaborator of this trip")}
}
