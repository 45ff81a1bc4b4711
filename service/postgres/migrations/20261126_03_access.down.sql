-- Rollback: 20261126_03_access.sql
-- Description: Closes the tables to everybody again

drop policy own_read on users;
drop policy own_create on users;
drop policy own_change on users;
drop policy visible on trips;
drop policy own_create on trips;
drop policy change on trips;
drop policy own_delete on trips;
drop policy visible on trip_collaborators;
drop policy owner_create on trip_collaborators;
drop policy owner_change on trip_collaborators;
drop policy owner_or_self_delete on trip_collaborators;
drop policy visible on itinerary_items;
drop policy edit_create on itinerary_items;
drop policy edit_change on itinerary_items;
drop policy edit_delete on itinerary_items;
drop policy own_read on chat_sessions;
drop policy own_create on chat_sessions;
drop policy own_change on chat_sessions;
drop policy own_delete on chat_sessions;
drop policy own_read on chat_messages;
drop policy own_create on chat_messages;
drop policy own_read on memories;
drop policy own_create on memories;
drop policy own_delete on memories;
drop policy everybody_reads on destinations;
drop policy own_read on api_keys;
drop policy own_create on api_keys;
drop policy own_change on api_keys;
drop policy own_delete on api_keys;
drop policy own_read on audit_log;
drop policy own_read on idempotency_keys;
drop policy own_create on idempotency_keys;
drop policy own_change on idempotency_keys;
drop policy own_expired_delete on idempotency_keys;

revoke all on users, trips, trip_collaborators, itinerary_items, chat_sessions, chat_messages, memories,
    destinations, api_keys, audit_log, idempotency_keys from anon, authenticated, service_role;

drop trigger touch on users;
drop trigger touch on trips;
drop trigger touch on itinerary_items;
drop trigger touch on chat_sessions;
drop trigger touch on api_keys;
drop trigger limit_collaborators on trip_collaborators;
drop trigger touch_session on chat_messages;
drop trigger audit on api_keys;

drop function private.shared_trips, private.may_edit_trip, private.user_with_email, private.sweep,
    private.touch, private.limit_collaborators, private.touch_session, private.audit_api_key;
