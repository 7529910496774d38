-- The same as 002-messages.sql of the kit, which may be used without a broker.
-- Messages between processes. Every role of the database may NOTIFY and LISTEN, so messages are authenticated by a key that
-- only the owner of this table can read (HMAC-SHA256, RFC 2104; both padded keys are kept, so that SQL can compute it).
CREATE TABLE IF NOT EXISTS message_key (
  single boolean PRIMARY KEY DEFAULT true CHECK (single),
  key bytea NOT NULL,
  inner_key bytea NOT NULL,
  outer_key bytea NOT NULL
);

DO $$
DECLARE
  new_key bytea := sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
  inner_padded bytea := new_key || decode(repeat('00', 32), 'hex');
  outer_padded bytea := inner_padded;
BEGIN
  FOR i IN 0..63 LOOP
    inner_padded := set_byte(inner_padded, i, get_byte(inner_padded, i) # 54);
    outer_padded := set_byte(outer_padded, i, get_byte(outer_padded, i) # 92);
  END LOOP;
  INSERT INTO message_key (key, inner_key, outer_key) VALUES (new_key, inner_padded, outer_padded)
  ON CONFLICT (single) DO NOTHING;
END
$$;

-- The channel has another name, so that processes of an earlier version, which expect the bare payload, do not hear it.
-- In PL/pgSQL, which plans its statements once per connection.
CREATE OR REPLACE FUNCTION send_message(channel text, payload text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  k message_key;
  id text := gen_random_uuid();
  told text := coalesce(payload, '');
BEGIN
  SELECT * INTO STRICT k FROM message_key;
  PERFORM pg_notify(left(channel, 55) || '.sealed',
    id || ' '
    || encode(sha256(k.outer_key || sha256(k.inner_key || convert_to(channel || ' ' || id || ' ' || told, 'UTF8'))), 'hex')
    || ' ' || told);
END
$$;

REVOKE EXECUTE ON FUNCTION send_message(text, text) FROM PUBLIC;
