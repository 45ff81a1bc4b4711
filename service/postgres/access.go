package postgres

import (
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/tripsage/infrastructure/service"
)

const roleOwner = "owner"

// A trip that the principal may not see gives no row.
const selectAccess = `select t.version, t.start_date, t.end_date, case when t.user_id = $2 then 'owner' else
	(select c.role from trip_collaborators c where c.trip_id = t.id and c.user_id = $2) end
	from trips t where t.id = $1`

// access is what the principal may do with a trip, as it is after the statements before it. A nil
// one is a trip that the principal does not see.
type access struct {
	version    int64
	start, end pgDate
	role       *string // owner, editor or viewer
}

func scanAccess(row pgx.CollectableRow) (a access, err error) {
	err = row.Scan(&a.version, &a.start, &a.end, &a.role)
	return a, err
}

func tripAccess(by service.Principal, trip int64, into **access) statement {
	return query(selectAccess, perhaps(into, scanAccess), number(trip), text(by.User))
}

// may says whether the role allows what needs the given one.
func (a *access) may(needed string) bool {
	if a == nil || a.role == nil {
		return false
	}
	return *a.role == roleOwner || *a.role == service.RoleEditor && needed != roleOwner || needed == service.RoleViewer
}

// refuse explains, first that the trip is not there, then that the role does not suffice.
func (a *access) refuse(needed string) error {
	switch {
	case a == nil:
		return &service.Error{Code: service.CodeNotFound}
	case !a.may(needed):
		return &service.Error{Code: service.CodeForbidden, Err: errors.New("needs the role " + needed)}
	default:
		return nil
	}
}

// whyNot explains why a statement changed no trip.
func (a *access) whyNot(needed string, expected int64) error {
	if err := a.refuse(needed); err != nil {
		return err
	}
	return stale(a.version, expected)
}

// stale explains why a row that the principal may change did not change. When the versions are
// equal it came to be between the two statements.
func stale(version, expected int64) error {
	if expected == 0 || version == expected {
		return &service.Error{Code: service.CodeNotFound}
	}
	return &service.Error{Code: service.CodeConflict}
}
