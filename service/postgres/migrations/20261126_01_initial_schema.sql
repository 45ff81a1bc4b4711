-- Migration: 20261126_01_initial_schema.sql
-- Description: Users, trips, chats, memories, destinations, keys: the tables, closed to everybody
-- Compatible-from: 20261126_01
--
-- The migrator runs each file in a transaction of its own, with search_path = public, extensions.
-- Roles, extensions and the schemas auth, private and extensions are there already: prepare.sql.

-- users ------------------------------------------------------------------------------------------

create table users (
    id          uuid primary key,              -- the token's subject
    email       text check (char_length(email) <= 320),
    name        text not null default '' check (char_length(name) <= 200),
    preferences jsonb not null default '{}'
        check (jsonb_typeof(preferences) = 'object' and octet_length(preferences::text) <= 32768),
    created_at  timestamptz not null default now(),
    updated_at  timestamptz not null default now()
);
-- Not unique: emails come from tokens, and an address can move from one account to another.
create index users_email_idx on users (lower(email)) where email is not null;

-- trips ------------------------------------------------------------------------------------------

create table trips (
    id           bigint generated always as identity primary key,
    user_id      uuid not null references users on delete cascade,
    name         text not null check (char_length(name) between 1 and 200),
    destination  text not null check (char_length(destination) between 1 and 200),
    start_date   date not null,
    end_date     date not null,
    notes        text not null default '' check (char_length(notes) <= 10000),
    budget_cents bigint check (budget_cents between 0 and 1000000000000),
    currency     text not null default 'EUR' check (currency ~ '^[A-Z]{3}$'),
    version      bigint not null default 1,
    created_at   timestamptz not null default now(),
    updated_at   timestamptz not null default now(),
    constraint trips_dates_check check (end_date >= start_date)
);
create index trips_user_start_idx on trips (user_id, start_date desc, id desc);

create table trip_collaborators (
    trip_id  bigint not null references trips on delete cascade,
    user_id  uuid not null references users on delete cascade,
    role     text not null check (role in ('viewer', 'editor')),
    added_at timestamptz not null default now(),
    primary key (trip_id, user_id)
);
create index trip_collaborators_user_idx on trip_collaborators (user_id, trip_id);

create table itinerary_items (
    id         bigint generated always as identity primary key,
    trip_id    bigint not null references trips on delete cascade,
    day        date not null,
    position   integer not null default 0 check (position between 0 and 10000),
    kind       text not null check (kind in ('activity', 'accommodation', 'transport', 'meal', 'other')),
    title      text not null check (char_length(title) between 1 and 200),
    notes      text not null default '' check (char_length(notes) <= 10000),
    latitude   double precision check (latitude between -90 and 90),
    longitude  double precision check (longitude between -180 and 180),
    cost_cents bigint check (cost_cents between 0 and 1000000000000),
    version    bigint not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint itinerary_items_place_check check ((latitude is null) = (longitude is null))
);
create index itinerary_items_order_idx on itinerary_items (trip_id, day, position, id);

-- chats ------------------------------------------------------------------------------------------

create table chat_sessions (
    id         bigint generated always as identity primary key,
    user_id    uuid not null references users on delete cascade,
    trip_id    bigint references trips on delete set null,
    title      text not null default '' check (char_length(title) <= 200),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
create index chat_sessions_user_idx on chat_sessions (user_id, updated_at desc, id desc);
create index chat_sessions_trip_idx on chat_sessions (trip_id);

create table chat_messages (
    id         bigint generated always as identity primary key,
    session_id bigint not null references chat_sessions on delete cascade,
    role       text not null check (role in ('user', 'assistant', 'system', 'tool')),
    content    text not null check (char_length(content) between 1 and 32000),
    metadata   jsonb not null default '{}'
        check (jsonb_typeof(metadata) = 'object' and octet_length(metadata::text) <= 32768),
    created_at timestamptz not null default now()
);
create index chat_messages_session_idx on chat_messages (session_id, id);

-- memories ---------------------------------------------------------------------------------------

create table memories (
    id         bigint generated always as identity primary key,
    user_id    uuid not null references users on delete cascade,
    content    text not null check (char_length(content) between 1 and 8000),
    metadata   jsonb not null default '{}'
        check (jsonb_typeof(metadata) = 'object' and octet_length(metadata::text) <= 32768),
    model      text not null check (char_length(model) between 1 and 200),
    embedding  vector(384) not null,
    created_at timestamptz not null default now()
);
create index memories_user_idx on memories (user_id, id);
-- Both as in the deployment guide. As every memory has a user they hold the same, so a write pays
-- for two graphs; the second is there for the guide's queries and for shared memories to come.
create index memories_embedding_hnsw_idx on memories
    using hnsw (embedding vector_cosine_ops)
    with (m = 16, ef_construction = 64);
create index memories_user_embedding_idx on memories
    using hnsw (embedding vector_cosine_ops)
    with (m = 16, ef_construction = 64)
    where user_id is not null;

-- destinations -----------------------------------------------------------------------------------

-- Lower case without the accents of European languages, for search.
create function private.plain(words text) returns text
    language sql immutable strict parallel safe as
    $$ select translate(lower(words), 'áàâãäåāăąćçčďđéèêëēėęěğíìîïīįıłñńňóòôõöøōőřśşšťúùûüūůűýÿźżž',
                                      'aaaaaaaaacccddeeeeeeeegiiiiiiilnnnoooooooorssstuuuuuuuyyzzz') $$;

-- The words of a destination, with and without accents: people type both.
create function private.destination_words(name text, country text, description text, tags text[])
    returns tsvector language sql immutable parallel safe set search_path = '' as $$
    select setweight(pg_catalog.to_tsvector('pg_catalog.english', name || ' ' || private.plain(name)), 'A')
        || setweight(pg_catalog.to_tsvector('pg_catalog.english', country || ' ' || private.plain(country)
                || ' ' || pg_catalog.array_to_string(tags, ' ')), 'B')
        || setweight(pg_catalog.to_tsvector('pg_catalog.english', description), 'C')
$$;

create table destinations (
    id               bigint generated always as identity primary key,
    name             text not null check (char_length(name) between 1 and 200),
    country          text not null check (char_length(country) between 1 and 200),
    country_code     char(2) not null check (country_code ~ '^[A-Z]{2}$'),
    description      text not null default '',
    tags             text[] not null default '{}',
    latitude         double precision not null check (latitude between -90 and 90),
    longitude        double precision not null check (longitude between -180 and 180),
    daily_cost_cents bigint not null check (daily_cost_cents > 0),
    season           integer[] not null check (cardinality(season) = 12 and 0 < all (season)),
    popularity       integer not null default 0,
    search           tsvector not null
        generated always as (private.destination_words(name, country, description, tags)) stored,
    unique (country_code, name)
);
create index destinations_search_idx on destinations using gin (search);
create index destinations_name_trgm_idx on destinations using gin (name gin_trgm_ops);
create index destinations_country_trgm_idx on destinations using gin (country gin_trgm_ops);
create index destinations_popularity_idx on destinations (popularity desc, id);

-- keys, audit, idempotency -------------------------------------------------------------------------

create table api_keys (
    id         bigint generated always as identity primary key,
    user_id    uuid not null references users on delete cascade,
    provider   text not null check (char_length(provider) between 1 and 50),
    name       text not null check (char_length(name) between 1 and 200),
    hint       text not null check (char_length(hint) <= 8),
    sealed     bytea not null check (octet_length(sealed) between 1 and 16384),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (user_id, provider, name)
);

-- No foreign key: the log outlives the user.
create table audit_log (
    id         bigint generated always as identity primary key,
    user_id    uuid not null,
    action     text not null,
    subject    text not null,
    detail     jsonb not null default '{}',
    request_id text not null default '',
    created_at timestamptz not null default now()
);
create index audit_log_user_idx on audit_log (user_id, id);

create table idempotency_keys (
    user_id     uuid not null references users on delete cascade,
    key         text not null check (octet_length(key) between 1 and 255),
    fingerprint bytea not null check (octet_length(fingerprint) = 32),
    kind        text not null check (char_length(kind) between 1 and 50),
    resource_id bigint,
    created_at  timestamptz not null default now(),
    primary key (user_id, key)
);
create index idempotency_keys_created_idx on idempotency_keys (created_at);

-- closed until the next migrations say who may do what ---------------------------------------------

-- Supabase grants everything on new tables of public to its API's roles. Start from nothing.
revoke all on users, trips, trip_collaborators, itinerary_items, chat_sessions, chat_messages, memories,
    destinations, api_keys, audit_log, idempotency_keys from public, anon, authenticated, service_role;
revoke all on sequence trips_id_seq, itinerary_items_id_seq, chat_sessions_id_seq, chat_messages_id_seq, memories_id_seq,
    destinations_id_seq, api_keys_id_seq, audit_log_id_seq from public, anon, authenticated;
revoke all on function private.plain, private.destination_words from public, anon, authenticated, service_role;
grant execute on function private.plain to anon, authenticated, service_role;
grant execute on function private.destination_words to service_role;

alter table users              enable row level security;
alter table trips              enable row level security;
alter table trip_collaborators enable row level security;
alter table itinerary_items    enable row level security;
alter table chat_sessions      enable row level security;
alter table chat_messages      enable row level security;
alter table memories           enable row level security;
alter table destinations       enable row level security;
alter table api_keys           enable row level security;
alter table audit_log          enable row level security;
alter table idempotency_keys   enable row level security;
alter table users              force row level security;
alter table trips              force row level security;
alter table trip_collaborators force row level security;
alter table itinerary_items    force row level security;
alter table chat_sessions      force row level security;
alter table chat_messages      force row level security;
alter table memories           force row level security;
alter table destinations       force row level security;
alter table api_keys           force row level security;
alter table audit_log          force row level security;
alter table idempotency_keys   force row level security;
