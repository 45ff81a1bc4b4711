-- Migration: 20261126_03_access.sql
-- Description: Who may see and change which rows, the audit log, and limits
-- Compatible-from: 20261126_01

-- helpers of the policies ----------------------------------------------------------------------------

-- Policies of two tables that look at each other would never end, so the look at collaborators is
-- taken with the owner's rights. Each function answers for the caller only. PL/pgSQL keeps plans.
create function private.shared_trips() returns setof bigint
    language plpgsql stable security definer set search_path = '' as $$
begin
    return query select c.trip_id from public.trip_collaborators c where c.user_id = (select auth.uid());
end $$;

create function private.may_edit_trip(trip bigint) returns boolean
    language plpgsql stable security definer set search_path = '' as $$
begin
    return exists (select from public.trips t where t.id = trip and t.user_id = (select auth.uid()))
        or exists (select from public.trip_collaborators c
            where c.trip_id = trip and c.user_id = (select auth.uid()) and c.role = 'editor');
end $$;

-- Who has this email, for invitations. Nobody, when two accounts claim it: one of them is stale.
create function private.user_with_email(address text) returns uuid
    language plpgsql stable security definer set search_path = '' as $$
declare
    found uuid[] := array(select u.id from public.users u where lower(u.email) = lower(address) limit 2);
begin
    return case when cardinality(found) = 1 then found[1] end;
end $$;

-- Deletes what is kept for a limited time only, and says how many rows.
create function private.sweep() returns bigint
    language plpgsql security definer set search_path = '' as $$
declare
    swept bigint;
begin
    delete from public.idempotency_keys where created_at < now() - interval '24 hours';
    get diagnostics swept = row_count;
    return swept;
end $$;

-- triggers -------------------------------------------------------------------------------------------

create function private.touch() returns trigger language plpgsql set search_path = '' as $$
begin
    new.updated_at := now();
    return new;
end $$;

create trigger touch before update on users           for each row execute function private.touch();
create trigger touch before update on trips           for each row execute function private.touch();
create trigger touch before update on itinerary_items for each row execute function private.touch();
create trigger touch before update on chat_sessions   for each row execute function private.touch();
create trigger touch before update on api_keys        for each row execute function private.touch();

-- The trip's row is locked while its collaborators are counted, or two additions could both be the last.
create function private.limit_collaborators() returns trigger
    language plpgsql security definer set search_path = '' as $$
declare
    owner uuid;
begin
    select t.user_id into owner from public.trips t where t.id = new.trip_id for no key update;
    if owner = new.user_id then
        raise exception 'the owner of a trip cannot be its collaborator'
            using errcode = 'check_violation', constraint = 'trip_collaborators_owner_check';
    end if;
    if (select count(*) from public.trip_collaborators c
            where c.trip_id = new.trip_id and c.user_id <> new.user_id) >= 50 then
        raise exception 'a trip has at most 50 collaborators'
            using errcode = 'program_limit_exceeded', constraint = 'trip_collaborators_limit';
    end if;
    return new;
end $$;

create trigger limit_collaborators before insert on trip_collaborators
    for each row execute function private.limit_collaborators();

-- A conversation was used when something was said in it.
create function private.touch_session() returns trigger
    language plpgsql security definer set search_path = '' as $$
begin
    update public.chat_sessions set updated_at = now() where id = new.session_id;
    return null;
end $$;

create trigger touch_session after insert on chat_messages
    for each row execute function private.touch_session();

create function private.audit_api_key() returns trigger
    language plpgsql security definer set search_path = '' as $$
declare
    entry public.api_keys := case when tg_op = 'DELETE' then old else new end;
begin
    insert into public.audit_log (user_id, action, subject, detail, request_id) values (
        entry.user_id,
        'api_key.' || case tg_op when 'INSERT' then 'created' when 'UPDATE' then 'replaced' else 'deleted' end,
        entry.provider || '/' || entry.name,
        jsonb_build_object('id', entry.id, 'hint', entry.hint, 'by', auth.uid()),
        coalesce(current_setting('tripsage.request_id', true), ''));
    return null;
end $$;

create trigger audit after insert or update or delete on api_keys
    for each row execute function private.audit_api_key();

-- who may do what ----------------------------------------------------------------------------------

revoke all on function private.shared_trips, private.may_edit_trip, private.user_with_email, private.sweep,
    private.touch, private.limit_collaborators, private.touch_session, private.audit_api_key
    from public, anon, authenticated, service_role;
grant execute on function private.shared_trips, private.may_edit_trip, private.user_with_email to authenticated, service_role;
grant execute on function private.sweep to authenticator, service_role;

-- Columns that are not named cannot be written: a trip keeps its owner, a key its place.
grant select, insert (id, email, name, preferences), update (email, name, preferences) on users to authenticated;
grant select, delete,
    insert (user_id, name, destination, start_date, end_date, notes, budget_cents, currency),
    update (name, destination, start_date, end_date, notes, budget_cents, currency, version) on trips to authenticated;
grant select, delete, insert (trip_id, user_id, role), update (role) on trip_collaborators to authenticated;
grant select, delete,
    insert (trip_id, day, position, kind, title, notes, latitude, longitude, cost_cents),
    update (day, position, kind, title, notes, latitude, longitude, cost_cents, version) on itinerary_items to authenticated;
grant select, delete, insert (user_id, trip_id, title), update (trip_id, title) on chat_sessions to authenticated;
grant select, insert (session_id, role, content, metadata) on chat_messages to authenticated;
grant select, delete, insert (user_id, content, metadata, model, embedding) on memories to authenticated;
grant select on destinations to anon, authenticated;
grant select, delete, insert (user_id, provider, name, hint, sealed), update (hint, sealed) on api_keys to authenticated;
grant select on audit_log to authenticated;
grant select, delete, insert (user_id, key, fingerprint, kind, resource_id), update (resource_id)
    on idempotency_keys to authenticated;

-- The service's own role passes by the policies, for tools of the operators. The log stays as it is.
grant select, insert, update, delete on users, trips, trip_collaborators, itinerary_items, chat_sessions, chat_messages,
    memories, destinations, api_keys, idempotency_keys to service_role;
grant select on audit_log to service_role;

-- "(select auth.uid())" is evaluated once for each statement and not for each row.
create policy own_read on users for select to authenticated using (id = (select auth.uid()));
-- An email is the token's or none: whoever could write another would get that person's invitations.
create policy own_create on users for insert to authenticated with check (id = (select auth.uid())
    and (email is null or lower(email) = lower((select auth.jwt()) ->> 'email')));
create policy own_change on users for update to authenticated using (id = (select auth.uid()))
    with check (id = (select auth.uid()) and (email is null or lower(email) = lower((select auth.jwt()) ->> 'email')));

create policy visible on trips for select to authenticated
    using (user_id = (select auth.uid()) or id = any (array(select private.shared_trips())));
create policy own_create on trips for insert to authenticated with check (user_id = (select auth.uid()));
create policy change on trips for update to authenticated
    using (user_id = (select auth.uid()) or private.may_edit_trip(id));
create policy own_delete on trips for delete to authenticated using (user_id = (select auth.uid()));

-- The inner query sees the trips that the policies above let through.
create policy visible on trip_collaborators for select to authenticated
    using (exists (select from trips t where t.id = trip_id));
create policy owner_create on trip_collaborators for insert to authenticated
    with check (exists (select from trips t where t.id = trip_id and t.user_id = (select auth.uid())));
create policy owner_change on trip_collaborators for update to authenticated
    using (exists (select from trips t where t.id = trip_id and t.user_id = (select auth.uid())));
create policy owner_or_self_delete on trip_collaborators for delete to authenticated
    using (user_id = (select auth.uid()) or exists (select from trips t where t.id = trip_id and t.user_id = (select auth.uid())));

create policy visible on itinerary_items for select to authenticated using (exists (select from trips t where t.id = trip_id));
create policy edit_create on itinerary_items for insert to authenticated with check (private.may_edit_trip(trip_id));
create policy edit_change on itinerary_items for update to authenticated using (private.may_edit_trip(trip_id));
create policy edit_delete on itinerary_items for delete to authenticated using (private.may_edit_trip(trip_id));

create policy own_read on chat_sessions for select to authenticated using (user_id = (select auth.uid()));
create policy own_create on chat_sessions for insert to authenticated with check (user_id = (select auth.uid())
    and (trip_id is null or exists (select from trips t where t.id = trip_id)));
create policy own_change on chat_sessions for update to authenticated using (user_id = (select auth.uid()))
    with check (user_id = (select auth.uid()) and (trip_id is null or exists (select from trips t where t.id = trip_id)));
create policy own_delete on chat_sessions for delete to authenticated using (user_id = (select auth.uid()));

create policy own_read on chat_messages for select to authenticated
    using (exists (select from chat_sessions s where s.id = session_id));
create policy own_create on chat_messages for insert to authenticated
    with check (exists (select from chat_sessions s where s.id = session_id));

create policy own_read on memories for select to authenticated using (user_id = (select auth.uid()));
create policy own_create on memories for insert to authenticated with check (user_id = (select auth.uid()));
create policy own_delete on memories for delete to authenticated using (user_id = (select auth.uid()));

create policy everybody_reads on destinations for select to anon, authenticated using (true);

create policy own_read on api_keys for select to authenticated using (user_id = (select auth.uid()));
create policy own_create on api_keys for insert to authenticated with check (user_id = (select auth.uid()));
create policy own_change on api_keys for update to authenticated using (user_id = (select auth.uid()));
create policy own_delete on api_keys for delete to authenticated using (user_id = (select auth.uid()));

create policy own_read on audit_log for select to authenticated using (user_id = (select auth.uid()));

create policy own_read on idempotency_keys for select to authenticated using (user_id = (select auth.uid()));
create policy own_create on idempotency_keys for insert to authenticated with check (user_id = (select auth.uid()));
create policy own_change on idempotency_keys for update to authenticated using (user_id = (select auth.uid()));
create policy own_expired_delete on idempotency_keys for delete to authenticated
    using (user_id = (select auth.uid()) and created_at < now() - interval '24 hours');
