-- Rollback: 20261126_02_destinations.sql
-- Description: Empties the catalogue

truncate destinations restart identity;
