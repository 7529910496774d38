-- Zones that somebody has drawn; `area` is GeoJSON.
CREATE TABLE lighting.drawn_zone (
  tenant text NOT NULL,
  id text NOT NULL,
  name text NOT NULL,
  area jsonb NOT NULL,
  author text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, id)
);

-- The drawn zones that a lamp lies in.
ALTER TABLE lighting.lamp ADD COLUMN zones text[] NOT NULL DEFAULT '{}';

ALTER TABLE lighting.assignment DROP CONSTRAINT assignment_kind_check;
ALTER TABLE lighting.assignment ADD CONSTRAINT assignment_kind_check
  CHECK (kind IN ('all', 'commune', 'cabinet', 'street', 'zone', 'lamp'));

-- kWh by half-hour of the clock, from midnight, so that hours with a price of their own can be told apart.
ALTER TABLE lighting.zone_night ADD COLUMN measured_half_hours real[], ADD COLUMN full_power_half_hours real[];

CREATE TABLE lighting.cabinet (
  tenant text NOT NULL,
  id text NOT NULL,
  name text,
  commune text,
  PRIMARY KEY (tenant, id)
);

-- What cabinets measured in the last days: kW, kWh of the meter, and the load of each phase in the unit that it has.
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

-- A cabinet's night, kWh: what it delivered by night and by day, and what its lamps tell that they took.
CREATE TABLE lighting.cabinet_night (
  tenant text NOT NULL,
  night date NOT NULL,
  cabinet text NOT NULL,
  measured real NOT NULL,
  by_day real NOT NULL,
  -- Null: not all of its lamps were measured.
  lamps_measured real,
  lamps_by_day real NOT NULL,
  -- How far the phases are apart while lamps burn: (highest − lowest) / mean. Null: nobody tells.
  imbalance real,
  covered real NOT NULL,
  PRIMARY KEY (tenant, night, cabinet)
);
