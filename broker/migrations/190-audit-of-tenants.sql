-- Entries of the audit of another installation, from which a tenant came with its archive. Their hashes are those of that chain.
CREATE TABLE audit_before (
  tenant text NOT NULL,
  n bigint NOT NULL,
  at timestamptz NOT NULL,
  actor text NOT NULL,
  action text NOT NULL,
  object text NOT NULL,
  outcome text NOT NULL,
  details text NOT NULL,
  hash text NOT NULL
);
CREATE INDEX audit_before_tenant ON audit_before (tenant, n);

-- When a tenant leaves, what its entries say is removed. Number, time and hash stay, so that the chain can still be verified.
CREATE OR REPLACE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND current_setting('alzette.leaving', true) = 'on' THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION 'the audit is append-only';
END $$;
