-- Rollback: 20261126_04_realtime.sql
-- Description: Stops telling listeners and Supabase's Realtime about changes

do $$ declare published text; begin
    for published in select tablename from pg_publication_tables t join pg_publication p using (pubname)
            where pubname = 'supabase_realtime' and not p.puballtables and schemaname = 'public'
            and tablename in ('trips', 'chat_messages', 'chat_sessions', 'trip_collaborators', 'itinerary_items') loop
        execute format('alter publication supabase_realtime drop table public.%I', published);
    end loop;
end $$;

drop trigger notify_change on trips;
drop trigger notify_deletion on trips;
drop trigger notify_change on itinerary_items;
drop trigger notify_change on trip_collaborators;
drop trigger notify_change on chat_sessions;
drop trigger notify_change on chat_messages;
drop function private.notify_change, private.trip_audience;
