-- Companies and laboratories that ask for a key on the page for developers.
CREATE TABLE opendata.key_request (
  tenant text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  name text NOT NULL,
  email text NOT NULL,
  language text NOT NULL,
  purpose text NOT NULL,
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'granted', 'refused')),
  -- The policy of the key, which also names the partner.
  policy text,
  asked_at timestamptz NOT NULL DEFAULT now(),
  decided_at timestamptz,
  PRIMARY KEY (tenant, id)
);
