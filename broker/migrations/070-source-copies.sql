-- Copies of subscriptions at context sources (5.8.1.4). A row is written before its copy is forwarded and kept until
-- the copy's deletion is forwarded, so that no copy is orphaned, whenever the process ends.
CREATE TABLE source_copy (
  tenant text NOT NULL,
  subscription_id text NOT NULL,
  registration_id text NOT NULL,
  -- The copy's id at the source, which also identifies its notifications. It can't be guessed.
  remote_id text NOT NULL,
  -- The registration when the copy was forwarded, so that the copy can be deleted after the registration is gone.
  registration jsonb NOT NULL,
  -- The copy as the source has it. NULL: the source has confirmed none.
  document jsonb,
  -- Why the last request to the source failed. NULL: it succeeded.
  error text,
  failing_since timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, subscription_id, registration_id)
);
CREATE UNIQUE INDEX source_copy_remote ON source_copy (remote_id);

-- Recent notifications from sources that were passed on: repeated ones, also by another path, are dropped.
CREATE TABLE passed_on (
  tenant text NOT NULL,
  subscription_id text NOT NULL,
  digest text NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, subscription_id, digest)
);
CREATE INDEX passed_on_at ON passed_on (at);

-- `via`: the sources that a forwarded subscription passed through; they get no copy of it. `serves`: the subscription
-- to entities for which the broker created this one to registrations (5.8.1.4). The two are deleted together.
ALTER TABLE subscription ADD COLUMN via text, ADD COLUMN serves text;
ALTER TABLE subscription ADD FOREIGN KEY (tenant, serves) REFERENCES subscription (tenant, id) ON DELETE CASCADE;
CREATE UNIQUE INDEX subscription_serves ON subscription (tenant, serves) WHERE serves IS NOT NULL;
