-- The ID token of the last sign-in by an external provider, encrypted. It is sent to the provider when the user signs
-- out.
ALTER TABLE identity.external_account ADD COLUMN id_token text;

-- The result of the last synchronisation.
ALTER TABLE identity.directory ADD COLUMN synced_at timestamptz, ADD COLUMN report jsonb;
