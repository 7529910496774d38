-- few rows: publishing.settings
-- Water was part of the module of the air: it stays on where that is on.
UPDATE publishing.settings
SET document = jsonb_set(document, '{modules}', (document -> 'modules') || '["water"]'::jsonb)
WHERE (document -> 'modules') @> '["air"]'::jsonb AND NOT (document -> 'modules') @> '["water"]'::jsonb;
