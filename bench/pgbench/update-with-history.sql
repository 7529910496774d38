\set n random(0, :entities - 1)
\set watts random(0, 1000000)
BEGIN;
UPDATE entity SET doc = doc || jsonb_build_object('power', jsonb_build_object('type', 'Property', 'value', :watts::int)), modified_at = now() WHERE id = :prefix || lpad((:n::int)::text, 7, '0');
INSERT INTO history VALUES (:prefix || lpad((:n::int)::text, 7, '0'), 'power', now(), jsonb_build_object('type', 'Property', 'value', :watts::int), :watts);
COMMIT;
