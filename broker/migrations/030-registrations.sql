-- Context source registrations. Names in the document are IRIs, so that no @context is needed to load one. The
-- counters change with every forwarded request. They have no index and pages keep free space, so that those updates
-- stay HOT.
CREATE TABLE registration (
  tenant text NOT NULL,
  id text NOT NULL,
  document jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  modified_at timestamptz NOT NULL,
  expires_at timestamptz,
  times_sent bigint NOT NULL DEFAULT 0,
  times_failed bigint NOT NULL DEFAULT 0,
  last_success timestamptz,
  last_failure timestamptz,
  PRIMARY KEY (tenant, id)
) WITH (fillfactor = 85);
CREATE INDEX registration_expiry ON registration (expires_at) WHERE expires_at IS NOT NULL;

-- Changes of registrations, for processes that missed the NOTIFY. Kept for a day.
CREATE TABLE registration_change (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  tenant text NOT NULL,
  registration_id text NOT NULL
);
CREATE INDEX registration_change_at ON registration_change (at);

CREATE FUNCTION note_registration_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    INSERT INTO registration_change (tenant, registration_id) VALUES (OLD.tenant, OLD.id);
  ELSE
    INSERT INTO registration_change (tenant, registration_id) VALUES (NEW.tenant, NEW.id);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER registration_changed AFTER INSERT OR DELETE OR UPDATE OF document ON registration
  FOR EACH ROW EXECUTE FUNCTION note_registration_change();
