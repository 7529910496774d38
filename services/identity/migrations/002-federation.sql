-- Of the last sign-in by an external provider, sealed: shown to it when its user signs out.
ALTER TABLE identity.external_account ADD COLUMN id_token text;

-- How the last synchronisation went.
ALTER TABLE identity.directory ADD COLUMN synced_at timestamptz, ADD COLUMN report jsonb;
