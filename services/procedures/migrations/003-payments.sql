-- Where the collectivity's payments go.
CREATE TABLE procedures.payment_account (
  tenant text NOT NULL,
  document jsonb NOT NULL,
  PRIMARY KEY (tenant)
);

-- Each attempt of a sender to pay. It has nothing about the sender.
CREATE TABLE procedures.payment (
  tenant text NOT NULL,
  id text NOT NULL,
  dossier text NOT NULL,
  cents integer NOT NULL CHECK (cents > 0),
  -- Where it goes, as it was set when it began.
  account jsonb NOT NULL,
  state text NOT NULL CHECK (state IN ('waiting', 'paid', 'refused', 'cancelled', 'expired')),
  -- The id that the payment service gave. NULL: it has not answered yet.
  operation text,
  page text,
  begun_at timestamptz NOT NULL,
  -- When to ask for its result again. NULL: it is known, or will not be.
  ask_at timestamptz,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, dossier) REFERENCES procedures.dossier ON DELETE CASCADE
);
CREATE UNIQUE INDEX payment_waiting ON procedures.payment (tenant, dossier) WHERE state = 'waiting';
CREATE INDEX payment_ask ON procedures.payment (ask_at) WHERE ask_at IS NOT NULL;
