package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/tripsage/infrastructure/service"
)

const (
	sessionFields = `id, trip_id, title, created_at, updated_at`

	// The reference to a trip proves only that it exists; that the user sees it is asked here.
	insertSession = `with made as (insert into chat_sessions (user_id, trip_id, title)
	select $1::uuid, $4::bigint, $5 where $4::bigint is null or exists (select from trips where id = $4)
	returning *)` + keepKeyOf + `session` + keepKeyEnd + `select ` + sessionFields + ` from made`
	replaySession = `select r.id, r.trip_id, r.title, r.created_at, r.updated_at from chat_sessions` + keptResource

	selectSession = `select ` + sessionFields + ` from chat_sessions where id = $1`
	listSessions  = `select ` + sessionFields + ` from chat_sessions
	where user_id = $1 and (updated_at, id) < ($2, $3) order by updated_at desc, id desc limit $4`
	deleteSession = `delete from chat_sessions where id = $1 returning id`
)

func scanSession(row pgx.CollectableRow) (s service.ChatSession, err error) {
	err = row.Scan(&s.ID, &s.Trip, &s.Title, &s.CreatedAt, &s.UpdatedAt)
	return s, err
}

// CreateSession begins a conversation.
func (d *Database) CreateSession(
	ctx context.Context, by service.Principal, once service.Once, draft service.ChatSessionDraft,
) (service.Created[service.ChatSession], error) {
	how := creation[service.ChatSession]{
		name: "chats.create", kind: "session", insert: insertSession, replay: replaySession, scan: scanSession,
	}
	made, replayed, err := create(ctx, d, by, once, how, []param{optional(draft.Trip, number), text(draft.Title)})
	if err == nil && made == nil {
		var faults service.Invalid
		faults.Add("trip_id", "names no trip that you see", "the id of a trip, or null")
		err = faults.Err()
	}
	return created(made, replayed, err)
}

// Session is one conversation of the principal.
func (d *Database) Session(ctx context.Context, by service.Principal, id int64) (session service.ChatSession, err error) {
	err = d.run(ctx, work{name: "chats.get", by: &by, repeatable: true, statements: []statement{
		query(selectSession, one(&session, scanSession), number(id)),
	}})
	return session, err
}

// sessionKey is the order of ListSessions, both descending.
type sessionKey struct {
	Used time.Time `json:"used"`
	ID   int64     `json:"id"`
}

// ListSessions has the principal's conversations, the one used last first.
func (d *Database) ListSessions(
	ctx context.Context, by service.Principal, page service.Page,
) (service.List[service.ChatSession], error) {
	const list = "sessions"
	place, err := after[sessionKey](list, page)
	if err != nil {
		return service.List[service.ChatSession]{}, err
	}
	used, id := text("infinity"), param{}
	if place != nil {
		used, id = moment(place.Used), number(place.ID)
	}
	var found []service.ChatSession
	err = d.run(ctx, work{name: "chats.list", by: &by, repeatable: true, statements: []statement{
		query(listSessions, many(&found, scanSession), text(by.User), used, id, number(page.Limit+1)),
	}})
	if err != nil {
		return service.List[service.ChatSession]{}, err
	}
	return pageOf(list, found, page, func(s service.ChatSession) sessionKey { return sessionKey{s.UpdatedAt, s.ID} })
}

// DeleteSession deletes the conversation and its messages.
func (d *Database) DeleteSession(ctx context.Context, by service.Principal, id int64) error {
	var gone int64
	return d.run(ctx, work{name: "chats.delete", by: &by, statements: []statement{
		query(deleteSession, one(&gone, pgx.RowTo[int64]), number(id)),
	}})
}
