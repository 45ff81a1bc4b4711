package verify

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/coder/websocket"
)

// tidyPatience bounds the deletion of what a check has made, also after an
// interrupt.
const tidyPatience = 10 * time.Second

func realtimeCheck(budget time.Duration) check {
	return check{
		group: "realtime", name: "GET /ws", user: true, expected: "a change within " + budget.String() + " of its answer",
		try: func(ctx context.Context, r *run) finding { return r.realtime(ctx, budget) },
	}
}

// heard is when a message came, or why none did.
type heard struct {
	at  time.Time
	err error
}

// realtime opens a websocket, makes a trip, waits for word of it and deletes it.
func (r *run) realtime(ctx context.Context, budget time.Duration) (found finding) {
	const fix = "docs/runbooks/api.md, realtime: does the API's connection for changes lead to a session of the database, and does a proxy let websockets through?"
	conn, err := r.dial(ctx)
	if err != nil {
		return bad(err.Error(), fix)
	}
	defer func() { _ = conn.Close(websocket.StatusNormalClosure, "verified") }()
	name := "tripsage verify " + rand.Text()
	word := make(chan heard, 1)
	go func() { word <- listen(ctx, conn, name) }()

	path, answered, fault := r.makeTrip(ctx, name)
	if fault != nil {
		return *fault
	}
	defer func() {
		if err := r.deleteTrip(ctx, path); err != nil && found.status == OK {
			found = bad("it works, but the trip that was made for it is still there: "+err.Error(), "delete "+path)
		}
	}()
	select {
	case came := <-word:
		late := max(came.at.Sub(answered), 0)
		switch {
		case came.err != nil:
			return bad("the websocket ended: "+came.err.Error(), fix)
		case late > budget:
			return bad(fmt.Sprintf("after %s", short(late)), fix)
		}
		return ok("after %s", short(late))
	case <-time.After(max(4*budget, 5*time.Second)):
		return bad("no word of a trip that was made", fix)
	case <-ctx.Done():
		return bad(context.Cause(ctx).Error(), fix)
	}
}

func (r *run) dial(ctx context.Context) (*websocket.Conn, error) {
	// Its client must have no timeout: the connection stays.
	conn, response, err := websocket.Dial(ctx, r.URL+"/ws", &websocket.DialOptions{ //nolint:bodyclose // there is none after an upgrade, and the library closes a refusal's
		HTTPClient: &http.Client{Transport: r.http.Transport.(*http.Transport).Clone()}, HTTPHeader: r.headers(true),
	})
	if err != nil && response != nil {
		return nil, fmt.Errorf("%s instead of a websocket", response.Status)
	}
	if err != nil {
		return nil, err
	}
	_, text, err := conn.Read(ctx)
	if err == nil && !strings.Contains(string(text), `"hello"`) {
		err = fmt.Errorf("another greeting: %s", excerpt(text))
	}
	if err != nil {
		_ = conn.CloseNow()
		return nil, err
	}
	return conn, nil
}

func listen(ctx context.Context, conn *websocket.Conn, name string) heard {
	for {
		_, text, err := conn.Read(ctx)
		if err != nil {
			return heard{err: err}
		}
		var message struct {
			Type, Table, Op string
			Record          struct{ Name string }
		}
		if json.Unmarshal(text, &message) == nil && message.Table == "trips" && message.Record.Name == name {
			return heard{at: time.Now()}
		}
	}
}

func (r *run) makeTrip(ctx context.Context, name string) (path string, answered time.Time, fault *finding) {
	var made struct{ ID int64 }
	day := time.Now().UTC().AddDate(1, 0, 0).Format(time.DateOnly)
	body := fmt.Sprintf(`{"name":%q,"destination":"Lisbon","start_date":%q,"end_date":%q}`, name, day, day)
	_, fault = r.wants(ctx, http.StatusCreated, http.MethodPost, "/trips", body, true, &made)
	return "/trips/" + strconv.FormatInt(made.ID, 10), time.Now(), fault
}

func (r *run) deleteTrip(ctx context.Context, path string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), tidyPatience)
	defer cancel()
	got, err := r.send(ctx, http.MethodDelete, path, "", true)
	if err == nil && got.status != http.StatusNoContent {
		err = fmt.Errorf("%d %s", got.status, excerpt(got.body))
	}
	return err
}
