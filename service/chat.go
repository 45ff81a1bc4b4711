package service

import (
	"context"
	"encoding/json"
	"time"
)

// ChatSession is a conversation of a user with the travel agent, about a trip or about none.
type ChatSession struct {
	ID        int64     `json:"id"`
	Trip      *int64    `json:"trip_id"`
	Title     string    `json:"title"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"` // also when a message was added
}

// ChatSessionDraft begins a conversation.
type ChatSessionDraft struct {
	Trip  *int64 `json:"trip_id"`
	Title string `json:"title"`
}

// MessageRoles are who may speak.
func MessageRoles() []string { return []string{"user", "assistant", "system", "tool"} }

// ChatMessage is one utterance. Messages never change.
type ChatMessage struct {
	ID        int64           `json:"id"`
	Session   int64           `json:"session_id"`
	Role      string          `json:"role"`
	Content   string          `json:"content"`
	Metadata  json.RawMessage `json:"metadata"` // a JSON object, such as the calls of tools
	CreatedAt time.Time       `json:"created_at"`
}

// ChatMessageDraft is a new message.
type ChatMessageDraft struct {
	Role     string          `json:"role"`
	Content  string          `json:"content"`
	Metadata json.RawMessage `json:"metadata"` // nil is {}
}

// Chats stores conversations. Only their user sees them.
type Chats interface {
	CreateSession(ctx context.Context, by Principal, once Once, draft ChatSessionDraft) (Created[ChatSession], error)
	// ListSessions has those used last first.
	ListSessions(ctx context.Context, by Principal, page Page) (List[ChatSession], error)
	Session(ctx context.Context, by Principal, id int64) (ChatSession, error)
	DeleteSession(ctx context.Context, by Principal, id int64) error
	AddMessage(ctx context.Context, by Principal, session int64, once Once, draft ChatMessageDraft) (Created[ChatMessage], error)
	// ListMessages has the oldest first.
	ListMessages(ctx context.Context, by Principal, session int64, page Page) (List[ChatMessage], error)
}
