-- Zones drawn by users; `area` is GeoJSON.
CREATE TABLE lighting.drawn_zone (
  tenant text NOT NULL,
  id text NOT NULL,
  name text NOT NULL,
  area jsonb NOT NULL,
  author text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, id)
);

-- The drawn zones that contain the lamp.
ALTER TABLE lighting.lamp ADD COLUMN zones text[] NOT NULL DEFAULT '{}';

ALTER TABLE lighting.assignment DROP CONSTRAINT assignment_kind_check;
ALTER TABLE lighting.assignment ADD CONSTRAINT assignment_kind_check
  CHECK (kind IN ('all', 'commune', 'cabinet', 'street', 'zone', 'lamp'));

-- kWh by half-hour of the clock, from midnight, so that hours with their own price can be separated.
ALTER TABLE lighting.zone_night ADD COLUMN measured_half_hours real[], ADD COLUMN full_power_half_hours real[];

CREATE TABLE lighting.cabinet (
  tenant text NOT NULL,
  id text NOT NULL,
  name text,
  commune text,
  PRIMARY KEY (tenant, id)
);

-- Measurements of cabinets in the last days: kW, kWh of the meter, and the load of each phase in the unit of the
-- cabinet.
CREATE TABLE lighting.cabinet_reading (
  tenant text NOT NULL,
  cabinet text NOT NULL,
  at timestamptz NOT NULL,
  power real,
  meter double precision,
  phase_r real,
  phase_s real,
  phase_t real,
  PRIMARY KEY (tenant, cabinet, at)
);
CREATE INDEX cabinet_reading_at ON lighting.cabinet_reading (tenant, at);

-- The night of a cabinet, kWh: what it delivered by night and by day, and what its lamps report that they used.
CREATE TABLE lighting.cabinet_night (
  tenant text NOT NULL,
  night date NOT NULL,
  cabinet text NOT NULL,
  measured real NOT NULL,
  by_day real NOT NULL,
  -- NULL: not all of its lamps were measured.
  lamps_measured real,
  lamps_by_day real NOT NULL,
  -- The imbalance of the phases while lamps burn: (highest − lowest) / mean. NULL: not measured.
  imbalance real,
  covered real NOT NULL,
  PRIMARY KEY (tenant, night, cabinet)
);
