CREATE SCHEMA energy;

-- What was worked out of a meter last: its days, its nights, its leak.
CREATE TABLE energy.meter (
  tenant text NOT NULL,
  meter text NOT NULL,
  made_at timestamptz NOT NULL,
  document jsonb NOT NULL,
  PRIMARY KEY (tenant, meter)
);

-- What a building may cost in a year, in euros.
CREATE TABLE energy.budget (
  tenant text NOT NULL,
  building text NOT NULL,
  year integer NOT NULL,
  amount numeric NOT NULL,
  PRIMARY KEY (tenant, building, year)
);

CREATE TABLE energy.settings (
  tenant text PRIMARY KEY,
  document jsonb NOT NULL
);
