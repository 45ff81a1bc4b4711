DO $$ DECLARE wanted text; BEGIN
  FOREACH wanted IN ARRAY ARRAY['anon', 'authenticated', 'service_role', 'authenticator', 'monitor'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
      EXECUTE format('CREATE ROLE %I', wanted);
    END IF;
  END LOOP;
END $$;

ALTER ROLE anon NOLOGIN NOINHERIT;

ALTER ROLE authenticated NOLOGIN NOINHERIT;

ALTER ROLE service_role NOLOGIN NOINHERIT BYPASSRLS;

ALTER ROLE authenticator LOGIN NOINHERIT;

ALTER ROLE monitor LOGIN CONNECTION LIMIT 5;

GRANT pg_monitor TO monitor;

GRANT anon, authenticated, service_role TO authenticator;

GRANT USAGE ON SCHEMA public TO anon, authenticated, service_role;

CREATE SCHEMA IF NOT EXISTS extensions;

GRANT USAGE ON SCHEMA extensions TO anon, authenticated, service_role, authenticator;

CREATE EXTENSION IF NOT EXISTS vector SCHEMA extensions;

DO $$ BEGIN
  EXECUTE format('ALTER DATABASE %I SET search_path TO "$user", public, extensions', current_database());
END $$;

