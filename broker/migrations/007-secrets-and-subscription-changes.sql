-- The key that encrypts secrets if the environment provides none.
CREATE TABLE secret_key (
  single boolean PRIMARY KEY DEFAULT true CHECK (single),
  -- 32 random bytes in base64.
  key text NOT NULL
);

-- Changes of subscriptions, for processes that missed the NOTIFY. Kept for a day.
CREATE TABLE subscription_change (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  tenant text NOT NULL,
  subscription_id text NOT NULL
);
CREATE INDEX subscription_change_at ON subscription_change (at);

CREATE FUNCTION note_subscription_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    INSERT INTO subscription_change (tenant, subscription_id) VALUES (OLD.tenant, OLD.id);
  ELSE
    INSERT INTO subscription_change (tenant, subscription_id) VALUES (NEW.tenant, NEW.id);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER subscription_changed AFTER INSERT OR DELETE OR UPDATE OF document ON subscription
  FOR EACH ROW EXECUTE FUNCTION note_subscription_change();
