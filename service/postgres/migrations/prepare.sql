-- What the schema stands on: the roles, schemas and functions that every Supabase project has, made
-- where they are missing, and our own schema "private". The migrator runs this before migrations, in
-- one transaction, and never undoes it. Running it again changes nothing.

do $$ declare wanted text; begin
    foreach wanted in array array['anon', 'authenticated', 'service_role', 'authenticator'] loop
        if not exists (select from pg_roles where rolname = wanted) then
            execute format('create role %I %s', wanted, case wanted
                when 'authenticator' then 'login noinherit' -- its password is the operator's to set
                when 'service_role' then 'nologin noinherit bypassrls'
                else 'nologin noinherit' end);
        end if;
    end loop;
    foreach wanted in array array['anon', 'authenticated', 'service_role'] loop
        if not pg_has_role('authenticator', wanted, 'set') then
            execute format('grant %I to authenticator', wanted);
        end if;
    end loop;
end $$;

create schema if not exists extensions;
create schema if not exists private;
grant usage on schema private to anon, authenticated, service_role, authenticator;
do $$ declare place text; wanted text; begin
    foreach place in array array['public', 'extensions'] loop
        foreach wanted in array array['anon', 'authenticated', 'service_role', 'authenticator'] loop
            if not has_schema_privilege(wanted, place, 'usage') then
                execute format('grant usage on schema %I to %I', place, wanted);
            end if;
        end loop;
    end loop;
end $$;

-- The claims of the request's token, as Supabase's own functions read them.
do $$ begin
    if to_regnamespace('auth') is null then
        create schema auth;
        grant usage on schema auth to anon, authenticated, service_role;
    end if;
    if to_regprocedure('auth.jwt()') is null then
        create function auth.jwt() returns jsonb language sql stable as
            $f$ select nullif(current_setting('request.jwt.claims', true), '')::jsonb $f$;
    end if;
    if to_regprocedure('auth.uid()') is null then
        create function auth.uid() returns uuid language sql stable as
            $f$ select nullif(nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub', '')::uuid $f$;
    end if;
    if to_regprocedure('auth.role()') is null then
        create function auth.role() returns text language sql stable as
            $f$ select nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role' $f$;
    end if;
end $$;

create table if not exists private.schema_migrations (
    version         text primary key,
    name            text not null,
    checksum        text not null, -- SHA-256 of the file, hexadecimal
    compatible_from text not null, -- the oldest schema whose programs work with this one
    applied_at      timestamptz not null default now()
);
grant select on private.schema_migrations to anon, authenticated, service_role, authenticator;

do $$ begin
    if not exists (select from pg_publication where pubname = 'supabase_realtime') then
        create publication supabase_realtime;
    end if;
end $$;
