-- Administrative actions, chained by their hashes. Rows are added and never changed: the trigger prevents mistakes,
-- and the chain reveals changes that bypassed it.
CREATE TABLE audit (
  n bigint PRIMARY KEY,
  at timestamptz NOT NULL,
  actor text NOT NULL,
  action text NOT NULL,
  object text NOT NULL,
  tenant text NOT NULL,
  outcome text NOT NULL,
  details text NOT NULL,
  hash text NOT NULL
);
CREATE INDEX audit_at ON audit (at);

CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit is append-only';
END $$;

CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
  FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();
