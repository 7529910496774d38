-- The version of a scenario that is published as entities and open data; NULL: none.
ALTER TABLE decisions.document ADD COLUMN open_version integer;
