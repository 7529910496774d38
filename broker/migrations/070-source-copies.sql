-- Copies of subscriptions at context sources (5.8.1.4). A row stands here before its copy is forwarded and until its
-- deletion was, so that no copy is left behind unknown, whenever the process ends.
CREATE TABLE source_copy (
  tenant text NOT NULL,
  subscription_id text NOT NULL,
  registration_id text NOT NULL,
  -- What the source calls the copy, and its notifications are recognised by: nobody can guess it.
  remote_id text NOT NULL,
  -- As it was when the copy was forwarded: it can be deleted there when the registration is no more.
  registration jsonb NOT NULL,
  -- The copy as the source has it; null: it has not confirmed any.
  document jsonb,
  -- Why the source could not be told what is wanted now; null: it was.
  error text,
  failing_since timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, subscription_id, registration_id)
);
CREATE UNIQUE INDEX source_copy_remote ON source_copy (remote_id);

-- What sources told and was passed on lately: what comes again, or by another way, is not.
CREATE TABLE passed_on (
  tenant text NOT NULL,
  subscription_id text NOT NULL,
  digest text NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, subscription_id, digest)
);
CREATE INDEX passed_on_at ON passed_on (at);

-- `via`: the sources that a forwarded subscription came through, which are not to get a copy of it again.
-- `serves`: of a subscription to registrations that the broker made for one to entities (5.8.1.4), and that goes with it.
ALTER TABLE subscription ADD COLUMN via text, ADD COLUMN serves text;
ALTER TABLE subscription ADD FOREIGN KEY (tenant, serves) REFERENCES subscription (tenant, id) ON DELETE CASCADE;
CREATE UNIQUE INDEX subscription_serves ON subscription (tenant, serves) WHERE serves IS NOT NULL;
