package service

import (
	"encoding/json"
	"time"
)

// RowChange is a change that users who may see the row are told about.
type RowChange struct {
	Table  string          `json:"table"`            // trips, itinerary_items, trip_collaborators, chat_sessions or chat_messages
	Op     string          `json:"op"`               // insert, update or delete
	ID     int64           `json:"id"`               // of the row; 0 for trip_collaborators
	Trip   int64           `json:"trip_id"`          // 0 when the row belongs to no trip
	At     time.Time       `json:"at"`               // when the transaction began
	Record json.RawMessage `json:"record,omitempty"` // the row after the change, without it when it is large
	// Users may see the row. They are told, and are not told who else is.
	Users []UserID `json:"-"`
}
