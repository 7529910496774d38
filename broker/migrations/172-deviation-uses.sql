-- Which clients of a lenient tenant deviate from the standard, how often and until when, so that leniency can be switched off
-- when nobody needs it. The column is not called tenant: a tenant that is emptied keeps its rows.
CREATE TABLE deviation_use (
  of_tenant text NOT NULL,
  -- The consumer as in access_usage, or 'anonymous'.
  client text NOT NULL,
  -- The name of the program in User-Agent, without its version; '': none.
  program text NOT NULL,
  deviation text NOT NULL,
  uses bigint NOT NULL,
  first_at timestamptz NOT NULL,
  last_at timestamptz NOT NULL,
  PRIMARY KEY (of_tenant, client, program, deviation)
);
