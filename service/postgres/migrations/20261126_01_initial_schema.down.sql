-- Rollback: 20261126_01_initial_schema.sql
-- Description: Deletes all data of the service

drop table idempotency_keys, audit_log, api_keys, destinations, memories, chat_messages, chat_sessions,
    itinerary_items, trip_collaborators, trips, users;
drop function private.destination_words, private.plain;
