package postgres

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
)

// session begins a conversation.
func (s stand) session(t testing.TB, by service.Principal) service.ChatSession {
	t.Helper()
	made, err := s.CreateSession(t.Context(), by, service.Once{}, service.ChatSessionDraft{Title: "Weekend"})
	require.NoError(t, err)
	return made.Value
}

func (s stand) say(t testing.TB, by service.Principal, session int64, content string) service.ChatMessage {
	t.Helper()
	made, err := s.AddMessage(t.Context(), by, session, service.Once{}, service.ChatMessageDraft{Role: "user", Content: content})
	require.NoError(t, err)
	return made.Value
}

func testChats(t *testing.T, s stand) {
	by := someone()
	trip := s.trip(t, by)
	made, err := s.CreateSession(t.Context(), by, service.Once{}, service.ChatSessionDraft{Trip: &trip.ID, Title: "Paris?"})
	require.NoError(t, err)
	first := made.Value
	assert.Equal(t, service.ChatSession{
		ID: first.ID, Trip: &trip.ID, Title: "Paris?", CreatedAt: first.CreatedAt, UpdatedAt: first.CreatedAt,
	}, first)
	second := s.session(t, by)
	assert.Nil(t, second.Trip)

	call, err := s.AddMessage(t.Context(), by, first.ID, service.Once{}, service.ChatMessageDraft{
		Role: "tool", Content: "sunny", Metadata: json.RawMessage(`{"call": [1, "é"]}`),
	})
	require.NoError(t, err)
	assert.JSONEq(t, `{"call": [1, "é"]}`, string(call.Value.Metadata))
	assert.Equal(t, service.ChatMessage{
		ID: call.Value.ID, Session: first.ID, Role: "tool", Content: "sunny", Metadata: call.Value.Metadata, CreatedAt: call.Value.CreatedAt,
	}, call.Value)
	said := s.say(t, by, first.ID, "thanks")
	assert.JSONEq(t, `{}`, string(said.Metadata))

	messages, err := s.ListMessages(t.Context(), by, first.ID, page(10))
	require.NoError(t, err)
	assert.Equal(t, service.List[service.ChatMessage]{Items: []service.ChatMessage{call.Value, said}}, messages)
	none, err := s.ListMessages(t.Context(), by, second.ID, page(10))
	require.NoError(t, err)
	assert.Empty(t, none.Items)

	used, err := s.Session(t.Context(), by, first.ID)
	require.NoError(t, err)
	assert.True(t, used.UpdatedAt.After(second.UpdatedAt), "a message counts as use")
	list, err := s.ListSessions(t.Context(), by, page(10))
	require.NoError(t, err)
	assert.Equal(t, []service.ChatSession{used, second}, list.Items, "used last first")

	require.NoError(t, s.DeleteTrip(t.Context(), by, trip.ID, 0))
	used, err = s.Session(t.Context(), by, first.ID)
	require.NoError(t, err, "the conversation outlives its trip")
	assert.Nil(t, used.Trip)
	require.NoError(t, s.DeleteSession(t.Context(), by, first.ID))
	codeIs(t, service.CodeNotFound, s.DeleteSession(t.Context(), by, first.ID))
	_, err = s.ListMessages(t.Context(), by, first.ID, page(10))
	codeIs(t, service.CodeNotFound, err)
	assert.Zero(t, value[int64](t, s, "select count(*) from chat_messages where session_id = $1", first.ID))
}

func testChatsOfOthers(t *testing.T, s stand) {
	owner, stranger := someone(), s.known(t)
	session, trip := s.session(t, owner), s.trip(t, owner)
	s.say(t, owner, session.ID, "a secret")
	_, err := s.Session(t.Context(), stranger, session.ID)
	codeIs(t, service.CodeNotFound, err)
	_, err = s.ListMessages(t.Context(), stranger, session.ID, page(10))
	codeIs(t, service.CodeNotFound, err)
	_, err = s.AddMessage(t.Context(), stranger, session.ID, service.Once{}, service.ChatMessageDraft{Role: "user", Content: "x"})
	codeIs(t, service.CodeNotFound, err)
	codeIs(t, service.CodeNotFound, s.DeleteSession(t.Context(), stranger, session.ID))
	list, err := s.ListSessions(t.Context(), stranger, page(10))
	require.NoError(t, err)
	assert.Empty(t, list.Items)

	for _, about := range []int64{trip.ID, 1 << 60} { // one that exists tells no more than one that does not
		_, err = s.CreateSession(t.Context(), stranger, service.Once{}, service.ChatSessionDraft{Trip: &about})
		faultIn(t, "trip_id", err)
	}
	viewer := s.share(t, owner, trip.ID, "viewer")
	_, err = s.CreateSession(t.Context(), viewer, service.Once{}, service.ChatSessionDraft{Trip: &trip.ID})
	require.NoError(t, err, "whoever sees a trip may talk about it")
	_, err = s.Session(t.Context(), viewer, session.ID)
	codeIs(t, service.CodeNotFound, err)
}

// testMessagesAppearInOrder pages through a conversation while many write: a message that has a
// lower id than one that was seen must have been seen too.
func testMessagesAppearInOrder(t *testing.T, s stand) {
	by := someone()
	session := s.session(t, by)
	const writers, each = 8, 12
	var seen []int64
	atOnce(writers+1, func(i int) {
		if i < writers {
			for range each {
				s.say(t, by, session.ID, "hello")
			}
			return
		}
		for next := ""; len(seen) < writers*each && t.Context().Err() == nil && !t.Failed(); {
			list, err := s.ListMessages(t.Context(), by, session.ID, service.Page{Limit: 5, After: next})
			if !assert.NoError(t, err) {
				return
			}
			for _, message := range list.Items {
				seen = append(seen, message.ID)
			}
			if len(list.Items) > 0 {
				last := list.Items[len(list.Items)-1]
				full, err := pageOf("messages", append(list.Items, last), service.Page{Limit: len(list.Items)},
					func(m service.ChatMessage) messageKey { return messageKey{m.ID} })
				assert.NoError(t, err)
				next = full.Next
			}
		}
	})
	assert.Len(t, seen, writers*each)
	assert.IsIncreasing(t, seen)
}
