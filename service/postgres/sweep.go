package postgres

import "context"

// Sweep deletes what is kept for a limited time only, such as idempotency keys after 24 hours, and
// returns how many rows that were. It works as the connection's own role, for nobody's request.
func (d *Database) Sweep(ctx context.Context) (int64, error) {
	ctx, end := d.observer.Operation(ctx, "database", "sweep")
	swept, err := d.sweep(ctx)
	end(err)
	return swept, err
}

func (d *Database) sweep(ctx context.Context) (swept int64, err error) {
	conn, err := d.Acquire(ctx)
	if err != nil {
		return 0, err
	}
	defer conn.Release()
	if err := conn.QueryRow(ctx, "select private.sweep()").Scan(&swept); err != nil {
		return 0, coded(err)
	}
	return swept, nil
}
