CREATE SCHEMA lighting;

-- Tenants that have used the service; readings are recorded only for them.
CREATE TABLE lighting.tenant (
  tenant text PRIMARY KEY
);

-- The lamps, copied from the broker's entities so that one statement can sum up a night.
CREATE TABLE lighting.lamp (
  tenant text NOT NULL,
  id text NOT NULL,
  name text,
  commune text,
  street text,
  cabinet text,
  -- Watts at full level.
  power real,
  -- Kelvin.
  colour_temperature real,
  longitude double precision,
  latitude double precision,
  PRIMARY KEY (tenant, id)
);

-- Every version of a strategy, kept forever: past nights are compared with the version that was active.
CREATE TABLE lighting.strategy (
  tenant text NOT NULL,
  id text NOT NULL,
  version integer NOT NULL,
  document jsonb NOT NULL,
  author text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, id, version)
);

-- Which strategy applies where, from the evening of a night. '' is the zone of all lamps.
CREATE TABLE lighting.assignment (
  tenant text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('all', 'commune', 'cabinet', 'street', 'lamp')),
  zone text NOT NULL,
  from_night date NOT NULL,
  strategy text NOT NULL,
  version integer NOT NULL,
  PRIMARY KEY (tenant, kind, zone, from_night),
  FOREIGN KEY (tenant, strategy, version) REFERENCES lighting.strategy (tenant, id, version)
);

-- Measurements of lamps in the last days. A reading is one row even if it is received twice; late readings are stored
-- as well.
CREATE TABLE lighting.reading (
  tenant text NOT NULL,
  lamp text NOT NULL,
  at timestamptz NOT NULL,
  -- Watts.
  power real,
  -- Meter reading, kWh.
  meter double precision,
  level real,
  PRIMARY KEY (tenant, lamp, at)
);
CREATE INDEX reading_at ON lighting.reading (tenant, at);

-- Nights whose sums must be computed (again): they have just ended, or readings came late.
CREATE TABLE lighting.night_due (
  tenant text NOT NULL,
  night date NOT NULL,
  PRIMARY KEY (tenant, night)
);

-- The night of a lamp. Energies in Wh: measured and promised between on and off, what full power all night would have
-- used, and what was measured by day.
CREATE TABLE lighting.lamp_night (
  tenant text NOT NULL,
  night date NOT NULL,
  lamp text NOT NULL,
  commune text,
  street text,
  cabinet text,
  strategy text,
  version integer,
  measured real NOT NULL,
  promised real,
  full_power real,
  by_day real NOT NULL,
  -- The share of the night that readings cover.
  covered real NOT NULL,
  PRIMARY KEY (tenant, night, lamp)
);
CREATE INDEX lamp_night_of_lamp ON lighting.lamp_night (tenant, lamp, night);

-- The same by zone, kWh. It covers only measured lamps, so that the sums are comparable; `lamps` counts all.
CREATE TABLE lighting.zone_night (
  tenant text NOT NULL,
  kind text NOT NULL,
  zone text NOT NULL,
  night date NOT NULL,
  lamps integer NOT NULL,
  measured_lamps integer NOT NULL,
  day_burners integer NOT NULL,
  measured double precision NOT NULL,
  promised double precision NOT NULL,
  full_power double precision NOT NULL,
  by_day double precision NOT NULL,
  -- What full power all night would have used, for all lamps whose power is known.
  full_power_all double precision NOT NULL,
  PRIMARY KEY (tenant, kind, zone, night)
);

-- Prices, factors and the reference for savings, by tenant.
CREATE TABLE lighting.setting (
  tenant text PRIMARY KEY,
  document jsonb NOT NULL
);

-- The secret in notifications of our own subscriptions; encrypted.
CREATE TABLE lighting.notify_secret (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  secret text NOT NULL
);
