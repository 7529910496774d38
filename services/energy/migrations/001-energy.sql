CREATE SCHEMA energy;

-- The last analysis of a meter: its days, its nights, its leak.
CREATE TABLE energy.meter (
  tenant text NOT NULL,
  meter text NOT NULL,
  made_at timestamptz NOT NULL,
  document jsonb NOT NULL,
  PRIMARY KEY (tenant, meter)
);

-- The yearly budget of a building, in euros.
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
