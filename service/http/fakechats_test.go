package httpapi

import (
	"cmp"
	"context"

	"github.com/tripsage/infrastructure/service"
)

type fakeSession struct {
	service.ChatSession
	user     service.UserID
	messages []service.ChatMessage
}

func (f *fakes) talk(by service.Principal, id int64) (*fakeSession, error) {
	if s, ok := f.sessions[id]; ok && s.user == by.User {
		return s, nil
	}
	return nil, coded(service.CodeNotFound)
}

func (f *fakes) CreateSession(_ context.Context, by service.Principal, once service.Once, d service.ChatSessionDraft) (made service.Created[service.ChatSession], err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if d.Trip != nil {
		if _, err := f.seen(by, *d.Trip, 0); err != nil {
			return made, err
		}
	}
	id, replayed, err := f.once(by, once)
	if err != nil {
		return made, err
	}
	if !replayed {
		f.sessions[id] = &fakeSession{user: by.User, ChatSession: service.ChatSession{
			ID: id, Trip: d.Trip, Title: d.Title, CreatedAt: aTime, UpdatedAt: aTime,
		}}
	}
	s, err := f.talk(by, id)
	if err != nil {
		return made, coded(service.CodeReplayGone)
	}
	return service.Created[service.ChatSession]{Value: s.ChatSession, Replayed: replayed}, nil
}

func (f *fakes) ListSessions(_ context.Context, by service.Principal, page service.Page) (service.List[service.ChatSession], error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var own []service.ChatSession
	for _, s := range sortedBy(f.sessions, func(a, b *fakeSession) int { return cmp.Compare(b.ID, a.ID) }) {
		if s.user == by.User {
			own = append(own, s.ChatSession)
		}
	}
	return cut(own, page)
}

func (f *fakes) Session(_ context.Context, by service.Principal, id int64) (service.ChatSession, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	s, err := f.talk(by, id)
	if err != nil {
		return service.ChatSession{}, err
	}
	return s.ChatSession, nil
}

func (f *fakes) DeleteSession(_ context.Context, by service.Principal, id int64) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	_, err := f.talk(by, id)
	if err == nil {
		delete(f.sessions, id)
	}
	return err
}

func (f *fakes) AddMessage(_ context.Context, by service.Principal, session int64, once service.Once, d service.ChatMessageDraft) (made service.Created[service.ChatMessage], err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	s, err := f.talk(by, session)
	if err != nil {
		return made, err
	}
	id, replayed, err := f.once(by, once)
	if err != nil {
		return made, err
	}
	if !replayed {
		s.messages = append(s.messages, service.ChatMessage{
			ID: id, Session: session, Role: d.Role, Content: d.Content, Metadata: orEmpty(d.Metadata), CreatedAt: aTime,
		})
	}
	for _, m := range s.messages {
		if m.ID == id {
			return service.Created[service.ChatMessage]{Value: m, Replayed: replayed}, nil
		}
	}
	return made, coded(service.CodeReplayGone)
}

func (f *fakes) ListMessages(_ context.Context, by service.Principal, session int64, page service.Page) (list service.List[service.ChatMessage], err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	s, err := f.talk(by, session)
	if err != nil {
		return list, err
	}
	return cut(s.messages, page)
}
