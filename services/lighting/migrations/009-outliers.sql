-- Readings of lamps and cabinets that cannot be what they used, and that no figure counts: per night, one row for each
-- kind, with its first reading.
CREATE TABLE lighting.outlier (
  tenant text NOT NULL,
  night date NOT NULL,
  entity text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('meterJump', 'meterReset', 'powerOutOfRange')),
  readings integer NOT NULL,
  -- When the reading before and the first such reading were observed. For a power, only the latter.
  before_at timestamptz,
  at timestamptz NOT NULL,
  -- Meter readings in kWh, or watts.
  before double precision,
  value double precision NOT NULL,
  -- The most that was plausible between them in kWh, or in watts.
  most double precision NOT NULL,
  PRIMARY KEY (tenant, night, entity, kind)
);
