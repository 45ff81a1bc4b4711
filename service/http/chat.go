package httpapi

import (
	"net/http"
	"strconv"

	"github.com/tripsage/infrastructure/service"
)

func (a *API) chatRoutes() []route {
	const read, write = service.ScopeChatRead, service.ScopeChatWrite
	return []route{
		{method: http.MethodGet, pattern: "/chat/sessions", scope: read, handle: a.listSessions},
		{method: http.MethodPost, pattern: "/chat/sessions", scope: write, handle: a.createSession},
		{method: http.MethodGet, pattern: "/chat/sessions/{id}", scope: read, handle: a.session},
		{method: http.MethodDelete, pattern: "/chat/sessions/{id}", scope: write, handle: a.deleteSession},
		{method: http.MethodGet, pattern: "/chat/sessions/{id}/messages", scope: read, handle: a.listMessages},
		{method: http.MethodPost, pattern: "/chat/sessions/{id}/messages", scope: write, handle: a.addMessage},
	}
}

func (a *API) listSessions(w http.ResponseWriter, r *http.Request, by service.Principal) error {
	var faults service.Invalid
	page := pageOf(r, &faults)
	if err := faults.Err(); err != nil {
		return err
	}
	list, err := a.Chats.ListSessions(r.Context(), by, page)
	if err != nil {
		return err
	}
	return writeList(w, r, list)
}

func (a *API) createSession(w http.ResponseWriter, r *http.Request, by service.Principal) error {
	var faults service.Invalid
	draft, err := decode[service.ChatSessionDraft](r, &faults)
	if err != nil {
		return err
	}
	check := rules{&faults}
	check.text("title", draft.Title, 0, maxName)
	if draft.Trip != nil && *draft.Trip < 1 {
		check.add("trip_id", "is not an id", "a whole number from 1, or null")
	}
	once := onceOf(r, draft, &faults)
	if err := faults.Err(); err != nil {
		return err
	}
	made, err := a.Chats.CreateSession(r.Context(), by, once, draft)
	if err != nil {
		return err
	}
	location := "/chat/sessions/" + strconv.FormatInt(made.Value.ID, 10)
	return writeCreated(w, r, location, made.Value, 0, made.Replayed)
}

func (a *API) session(w http.ResponseWriter, r *http.Request, by service.Principal) error {
	var faults service.Invalid
	id := pathID(r, "id", &faults)
	if err := faults.Err(); err != nil {
		return err
	}
	session, err := a.Chats.Session(r.Context(), by, id)
	if err != nil {
		return err
	}
	return writeEntity(w, r, http.StatusOK, session, 0)
}

func (a *API) deleteSession(w http.ResponseWriter, r *http.Request, by service.Principal) error {
	var faults service.Invalid
	id := pathID(r, "id", &faults)
	if err := faults.Err(); err != nil {
		return err
	}
	if err := a.Chats.DeleteSession(r.Context(), by, id); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (a *API) listMessages(w http.ResponseWriter, r *http.Request, by service.Principal) error {
	var faults service.Invalid
	session, page := pathID(r, "id", &faults), pageOf(r, &faults)
	if err := faults.Err(); err != nil {
		return err
	}
	list, err := a.Chats.ListMessages(r.Context(), by, session, page)
	if err != nil {
		return err
	}
	return writeList(w, r, list)
}

func (a *API) addMessage(w http.ResponseWriter, r *http.Request, by service.Principal) error {
	var faults service.Invalid
	session := pathID(r, "id", &faults)
	draft, err := decode[service.ChatMessageDraft](r, &faults)
	if err != nil {
		return err
	}
	check := rules{&faults}
	check.oneOf("role", draft.Role, service.MessageRoles()...)
	check.text("content", draft.Content, 1, maxMessage)
	draft.Metadata = check.object("metadata", draft.Metadata)
	once := onceOf(r, draft, &faults)
	if err := faults.Err(); err != nil {
		return err
	}
	made, err := a.Chats.AddMessage(r.Context(), by, session, once, draft)
	if err != nil {
		return err
	}
	a.countNew(service.EventMessage, draft.Role, made.Replayed)
	location := "/chat/sessions/" + strconv.FormatInt(session, 10) + "/messages"
	return writeCreated(w, r, location, made.Value, 0, made.Replayed)
}
