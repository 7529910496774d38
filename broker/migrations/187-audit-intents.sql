-- Acts that a process has begun and that will have an entry in the audit. One is left if its process was killed: it becomes
-- an entry whose outcome is unknown. The act is JSON, so that a tenant's deletion leaves it for the audit.
CREATE TABLE audit_intent (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- The name of the process.
  owner text NOT NULL,
  act text NOT NULL
);
CREATE INDEX audit_intent_owner ON audit_intent (owner);
