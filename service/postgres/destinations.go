package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/tripsage/infrastructure/service"
)

const (
	destinationFields = `id, name, country, country_code, description, tags, latitude, longitude, daily_cost_cents, season`

	// How alike a text and a place are, 0 to 1, by the three-letter groups that they share: as a
	// whole, with the place's name somewhere in a longer text, or with a text that is the beginning
	// of a name. Accents do not count.
	likeness = `greatest(similarity(private.plain(name), said), similarity(private.plain(country), said),
		0.9 * word_similarity(private.plain(name), said), 0.8 * word_similarity(said, private.plain(name)))`
	leastLikeness = `0.35`

	popularDestinations = `select ` + destinationFields + `, 0::float8 from destinations order by popularity desc, id limit $1`

	// Words first; likeness, for which every place has to be looked at, only when no word fits.
	wordsThenLikeness = `with words as materialized (
	select *, ts_rank(search, asked)::float8 as score from destinations, websearch_to_tsquery('english', $1::text) asked
	where search @@ asked order by score desc, popularity desc, id limit $2),
likenesses as (
	select *, (` + likeness + `)::float8 as score from destinations, private.plain($1::text) said
	where not exists (select from words)),
alike as (
	select * from likenesses where score >= ` + leastLikeness + ` and score >= 0.7 * (select max(score) from likenesses)
	order by score desc, popularity desc, id limit $2)
select ` + destinationFields + `, score from words union all select ` + destinationFields + `, score from alike`

	// Any of the words may fit here, where the plain search wants all of them: a place that has more
	// of them ranks higher. Popularity, 0 to 100, settles near ties.
	blendedDestinations = `select ` + destinationFields + `, rank + alike + popularity / 500.0::float8 as score from (
	select *, 2 * ts_rank(search, asked)::float8 as rank, (` + likeness + `)::float8 as alike, search @@ asked as fits
	from destinations, private.plain($1::text) said,
		(select replace(plainto_tsquery('english', $1::text)::text, '&', '|')::tsquery as asked) words) scored
where fits or alike >= ` + leastLikeness + ` order by score desc, id limit $2`

	selectDestination = `select ` + destinationFields + `, 0::float8 from destinations where id = $1`

	// A trip's destination is a place's name with something around it, or with a typing error.
	namedDestination = `select ` + destinationFields + `, 0::float8 from (
	select *, private.plain(name) = said as exact,
		greatest(word_similarity(private.plain(name), said), similarity(private.plain(name), said)) as within,
		similarity(private.plain(name) || ' ' || private.plain(country), said) as whole
	from destinations, private.plain($1::text) said) scored
where within >= 0.5 order by exact desc, within desc, char_length(name) desc, whole desc, popularity desc limit 1`
)

func scanDestination(row pgx.CollectableRow) (d service.Destination, err error) {
	err = row.Scan(&d.ID, &d.Name, &d.Country, &d.CountryCode, &d.Description, &d.Tags, &d.Latitude, &d.Longitude,
		&d.DailyCostCents, &d.Season, &d.Score)
	return d, err
}

// SearchDestinations has the best fitting places first.
func (d *Database) SearchDestinations(ctx context.Context, q service.DestinationQuery) (found []service.Destination, err error) {
	sql, args := wordsThenLikeness, []param{text(q.Text), number(q.Limit)}
	switch {
	case q.Text == "":
		sql, args = popularDestinations, args[1:]
	case q.Blended:
		sql = blendedDestinations
	}
	err = d.run(ctx, work{name: "destinations.search", repeatable: true, statements: []statement{
		query(sql, many(&found, scanDestination), args...),
	}})
	return found, err
}

// Destination is one place.
func (d *Database) Destination(ctx context.Context, id int64) (service.Destination, error) {
	return d.destination(ctx, "destinations.get", selectDestination, number(id))
}

// DestinationNamed is the place whose name the text holds, the longest one if there are several.
func (d *Database) DestinationNamed(ctx context.Context, name string) (service.Destination, error) {
	return d.destination(ctx, "destinations.named", namedDestination, text(name))
}

func (d *Database) destination(ctx context.Context, name, sql string, arg param) (found service.Destination, err error) {
	err = d.run(ctx, work{name: name, repeatable: true, statements: []statement{
		query(sql, one(&found, scanDestination), arg),
	}})
	return found, err
}
