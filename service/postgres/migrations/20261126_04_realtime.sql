-- Migration: 20261126_04_realtime.sql
-- Description: Tells listeners about changes of trips and chats, and publishes them to Supabase's Realtime
-- Compatible-from: 20261126_01

-- Who may see a trip: its owner and its collaborators. Null when there is no such trip.
create function private.trip_audience(trip bigint) returns uuid[]
    language plpgsql stable security definer set search_path = '' as $$
begin
    return (select t.user_id || array(select c.user_id from public.trip_collaborators c where c.trip_id = t.id)
        from public.trips t where t.id = trip);
end $$;

-- Sends a change as JSON: table, op, id, trip_id, at, record (after the change; left out when a
-- notification could not hold it) and users, who may see the row. What goes away with its trip or
-- its conversation is not told: that one is.
create function private.notify_change() returns trigger
    language plpgsql security definer set search_path = '' as $$
declare
    entry    record;
    row_id   bigint := 0;
    trip     bigint;
    audience uuid[];
    message  jsonb;
begin
    if tg_op = 'DELETE' then entry := old; else entry := new; end if;
    case tg_table_name
        when 'trips' then
            row_id := entry.id; trip := entry.id; audience := private.trip_audience(trip);
        when 'itinerary_items' then
            row_id := entry.id; trip := entry.trip_id; audience := private.trip_audience(trip);
        when 'trip_collaborators' then
            -- One who has just been removed is told too.
            trip := entry.trip_id; audience := private.trip_audience(trip);
            if not entry.user_id = any (audience) then audience := audience || entry.user_id; end if;
        when 'chat_sessions' then
            row_id := entry.id; trip := entry.trip_id; audience := array[entry.user_id];
        when 'chat_messages' then
            row_id := entry.id;
            select s.trip_id, array[s.user_id] into trip, audience from public.chat_sessions s where s.id = entry.session_id;
    end case;
    if audience is null then
        return entry;
    end if;
    message := jsonb_build_object('table', tg_table_name, 'op', lower(tg_op), 'id', row_id,
        'trip_id', coalesce(trip, 0), 'at', now(), 'users', audience);
    if tg_op <> 'DELETE' and octet_length(to_jsonb(entry)::text) + octet_length(message::text) < 7880 then
        message := message || jsonb_build_object('record', to_jsonb(entry));
    end if;
    perform pg_notify('tripsage_changes', message::text);
    return entry;
end $$;

revoke all on function private.trip_audience, private.notify_change from public, anon, authenticated, service_role;

-- A trip that goes is told before, while its collaborators are still known.
create trigger notify_change after insert or update on trips for each row execute function private.notify_change();
create trigger notify_deletion before delete on trips for each row execute function private.notify_change();
create trigger notify_change after insert or update or delete on itinerary_items
    for each row execute function private.notify_change();
create trigger notify_change after insert or update or delete on trip_collaborators
    for each row execute function private.notify_change();
create trigger notify_change after insert or update or delete on chat_sessions
    for each row execute function private.notify_change();
create trigger notify_change after insert or update or delete on chat_messages
    for each row execute function private.notify_change();

-- A publication of all tables has these too, and cannot be added to.
do $$ declare wanted text; begin
    foreach wanted in array array['trips', 'chat_messages', 'chat_sessions', 'trip_collaborators', 'itinerary_items'] loop
        if not exists (select from pg_publication_tables
                where pubname = 'supabase_realtime' and schemaname = 'public' and tablename = wanted) then
            execute format('alter publication supabase_realtime add table public.%I', wanted);
        end if;
    end loop;
end $$;
