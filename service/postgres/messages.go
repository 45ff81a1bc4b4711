package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/tripsage/infrastructure/service"
)

const (
	messageFields = `id, session_id, role, content, metadata, created_at`

	// The session is locked before the message gets its id. Ids of a session therefore become
	// visible in their order, and a reader who goes by them skips none that was slow to commit.
	insertMessage = `with session as (select id from chat_sessions where id = $4 for no key update),
	made as (insert into chat_messages (session_id, role, content, metadata)
	select id, $5, $6, $7::jsonb from session returning *)` + keepKeyOf + `message` + keepKeyEnd +
		`select ` + messageFields + ` from made`
	replayMessage = `select r.id, r.session_id, r.role, r.content, r.metadata, r.created_at from chat_messages` + keptResource

	listMessages = `select ` + messageFields + ` from chat_messages where session_id = $1 and id > $2 order by id limit $3`
)

func scanMessage(row pgx.CollectableRow) (m service.ChatMessage, err error) {
	err = row.Scan(&m.ID, &m.Session, &m.Role, &m.Content, (*[]byte)(&m.Metadata), &m.CreatedAt)
	return m, err
}

// AddMessage adds to a conversation of the principal.
func (d *Database) AddMessage(
	ctx context.Context, by service.Principal, session int64, once service.Once, draft service.ChatMessageDraft,
) (service.Created[service.ChatMessage], error) {
	how := creation[service.ChatMessage]{
		name: "messages.add", kind: "message", insert: insertMessage, replay: replayMessage, scan: scanMessage,
	}
	args := []param{number(session), text(draft.Role), text(draft.Content), object(draft.Metadata)}
	made, replayed, err := create(ctx, d, by, once, how, args)
	if err == nil && made == nil {
		err = &service.Error{Code: service.CodeNotFound}
	}
	return created(made, replayed, err)
}

// messageKey is the order of ListMessages.
type messageKey struct {
	ID int64 `json:"id"`
}

// ListMessages has the messages of a conversation of the principal, the oldest first.
func (d *Database) ListMessages(
	ctx context.Context, by service.Principal, session int64, page service.Page,
) (service.List[service.ChatMessage], error) {
	const list = "messages"
	place, err := after[messageKey](list, page)
	if err != nil {
		return service.List[service.ChatMessage]{}, err
	}
	from := number(0)
	if place != nil {
		from = number(place.ID)
	}
	var (
		found []service.ChatMessage
		owner service.ChatSession
	)
	err = d.run(ctx, work{name: "messages.list", by: &by, repeatable: true, statements: []statement{
		query(listMessages, many(&found, scanMessage), number(session), from, number(page.Limit+1)),
		query(selectSession, one(&owner, scanSession), number(session)),
	}})
	if err != nil {
		return service.List[service.ChatMessage]{}, err
	}
	return pageOf(list, found, page, func(m service.ChatMessage) messageKey { return messageKey{m.ID} })
}
