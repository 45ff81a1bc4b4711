package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"math/rand/v2"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"github.com/tripsage/infrastructure/service"
)

const (
	listenDependency = "realtime"
	// listenSilence is how long nothing may come before the server is asked whether it is still
	// there, and listenPatience how long it may take to answer.
	listenSilence  = 15 * time.Second
	listenPatience = 5 * time.Second

	listenFirstRetry = 100 * time.Millisecond
	listenLastRetry  = 5 * time.Second

	listenStatement = "listen tripsage_changes" // private.notify_change has the same name
	listenCheck     = "select exists (select from pg_catalog.pg_listening_channels() c where c = 'tripsage_changes'), pg_catalog.pg_backend_pid()"
)

// ListenOptions says whom to tell. Nothing in it is optional.
type ListenOptions struct {
	// OnChange is called for each change, in the order of the commits. Changes wait in the server
	// while it runs, so it must be quick.
	OnChange func(service.RowChange)
	// OnGap is called when changes may have been missed: whenever listening begins, also for the
	// first time, as somebody may have been waiting before.
	OnGap    func()
	Observer service.Observer
	Log      *slog.Logger
}

// Listen tells about changes of the realtime tables until ctx ends. It uses a connection of its
// own, and makes a new one whenever that breaks. It fails at once for a URL that can never work,
// and otherwise returns nil.
//
// The connection must be one session of the server. On Supabase that is the direct connection, or
// the pooler in session mode (port 5432); through the pooler in transaction mode (port 6543)
// notifications get lost. A warning says when a pooler is found.
func Listen(ctx context.Context, url string, options ListenOptions) error {
	config, err := poolConfig(Options{URL: url, PoolSize: 1})
	if err != nil {
		return err
	}
	l := &listener{ListenOptions: options, config: config.ConnConfig, silence: listenSilence, patience: listenPatience}
	l.run(ctx)
	return nil
}

type listener struct {
	ListenOptions
	config            *pgx.ConnConfig
	silence, patience time.Duration
	down              bool // the last session failed, and the log has it
}

// run holds one session after the other.
func (l *listener) run(ctx context.Context) {
	retry := listenFirstRetry
	for ctx.Err() == nil {
		began := time.Now()
		err := l.session(ctx)
		if ctx.Err() != nil {
			break
		}
		if time.Since(began) > listenLastRetry {
			retry = listenFirstRetry
		}
		l.lost(err)
		pause(ctx, time.Duration((0.5+rand.Float64()/2)*float64(retry))) // #nosec G404 -- not all processes at once, is all
		retry = min(2*retry, listenLastRetry)
	}
}

// session listens on one connection until it breaks.
func (l *listener) session(ctx context.Context) error {
	conn, err := l.connect(ctx)
	if err != nil {
		return err
	}
	defer func() {
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = conn.Close(closing) // it is broken, or the process stops
	}()
	l.down = false
	l.Log.Info("listening for changes")
	l.OnGap()
	malformed := slog.LevelWarn // the first of each session; more would only flood the log
	for {
		payload, err := l.next(ctx, conn)
		if err != nil {
			return err
		}
		if l.handle(ctx, payload) != nil {
			l.Log.Log(ctx, malformed, "a change cannot be read", slog.Int("bytes", len(payload)))
			malformed = slog.LevelDebug
		}
	}
}

func (l *listener) connect(ctx context.Context) (conn *pgx.Conn, err error) {
	ctx, cancel := context.WithTimeout(ctx, 2*connectTimeout)
	defer cancel()
	ctx, end := l.Observer.Operation(ctx, listenDependency, "listen")
	defer func() { end(err) }()
	if conn, err = pgx.ConnectConfig(ctx, l.config); err != nil {
		return nil, coded(err)
	}
	if err = l.begin(ctx, conn); err != nil {
		_ = conn.Close(ctx)
		return nil, err
	}
	return conn, nil
}

func (l *listener) begin(ctx context.Context, conn *pgx.Conn) error {
	if _, err := conn.Exec(ctx, listenStatement); err != nil {
		return coded(err)
	}
	process, err := l.check(ctx, conn)
	if err != nil {
		return err
	}
	if process != conn.PgConn().PID() {
		l.Log.Warn("the connection for LISTEN goes through a pooler; unless that is in session mode, changes get lost")
	}
	return nil
}

// check says whether the server still knows that this session listens, and the session's process.
func (l *listener) check(ctx context.Context, conn *pgx.Conn) (process uint32, err error) {
	ctx, cancel := context.WithTimeout(ctx, l.patience)
	defer cancel()
	var listens bool
	if err := conn.QueryRow(ctx, listenCheck).Scan(&listens, &process); err != nil {
		return 0, coded(err)
	}
	if !listens {
		return 0, &service.Error{Code: service.CodeConnectionLost, Err: errors.New("the server session does not listen: a pooler in transaction mode is in between")}
	}
	return process, nil
}

// next waits for a notification, and makes sure now and then that one can come.
func (l *listener) next(ctx context.Context, conn *pgx.Conn) (string, error) {
	for {
		waiting, cancel := context.WithTimeout(ctx, l.silence)
		notification, err := conn.WaitForNotification(waiting)
		cancel()
		switch {
		case err == nil:
			return notification.Payload, nil
		case conn.IsClosed() || ctx.Err() != nil:
			return "", coded(err)
		}
		if _, err := l.check(ctx, conn); err != nil {
			return "", err
		}
	}
}

// handle tells about one change.
func (l *listener) handle(ctx context.Context, payload string) (err error) {
	_, end := l.Observer.Operation(ctx, listenDependency, "change")
	defer func() { end(err) }()
	change, err := decodeChange(payload)
	if err == nil {
		l.OnChange(change)
	}
	return err
}

// lost logs why there is no session: once, and then only for those who want every detail.
func (l *listener) lost(err error) {
	level := slog.LevelWarn
	if l.down {
		level = slog.LevelDebug
	}
	l.down = true
	l.Log.Log(context.Background(), level, "not listening for changes",
		slog.String("code", string(service.CodeOf(err))), slog.String("error", err.Error()))
}

// decodeChange reads what private.notify_change wrote. Its errors do not quote from it.
func decodeChange(payload string) (service.RowChange, error) {
	var n struct {
		service.RowChange
		Users []service.UserID `json:"users"`
	}
	switch err := json.Unmarshal([]byte(payload), &n); {
	case err != nil:
		return service.RowChange{}, errors.New("not the JSON of a change")
	case !utf8.ValidString(payload): // which WebSocket does not allow
		return service.RowChange{}, errors.New("not UTF-8")
	case !slices.Contains(realtimeTables(), n.Table):
		return service.RowChange{}, errors.New("of an unknown table")
	case n.Op != "insert" && n.Op != "update" && n.Op != "delete":
		return service.RowChange{}, errors.New("of an unknown kind")
	}
	change := n.RowChange
	change.Users = n.Users
	if string(change.Record) == "null" {
		change.Record = nil
	}
	if change.Record != nil && change.Record[0] != '{' {
		return service.RowChange{}, errors.New("of a row that is no object")
	}
	return change, nil
}

// realtimeTables are those that clients are told about, and the labels of their metrics.
func realtimeTables() []string {
	return []string{"trips", "itinerary_items", "trip_collaborators", "chat_sessions", "chat_messages"}
}

// pause waits, or ends with ctx.
func pause(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}
