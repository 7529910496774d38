CREATE SCHEMA lighting;

-- Whose readings are taken: tenants that have used the service.
CREATE TABLE lighting.tenant (
  tenant text PRIMARY KEY
);

-- The lamps of the park as the broker's entities tell, copied so that nights are summed by one statement.
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

-- Each version of a strategy for good: nights of the past are held against the one that ran then.
CREATE TABLE lighting.strategy (
  tenant text NOT NULL,
  id text NOT NULL,
  version integer NOT NULL,
  document jsonb NOT NULL,
  author text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, id, version)
);

-- Which strategy runs where, from the evening of a night on. '' is the zone of all lamps.
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

-- What lamps measured in the last days. One reading is one row, however often it is told; late ones find their place.
CREATE TABLE lighting.reading (
  tenant text NOT NULL,
  lamp text NOT NULL,
  at timestamptz NOT NULL,
  -- Watts.
  power real,
  -- Of a meter, kWh.
  meter double precision,
  level real,
  PRIMARY KEY (tenant, lamp, at)
);
CREATE INDEX reading_at ON lighting.reading (tenant, at);

-- Nights whose sums are to be made (again): they have just ended, or readings came late.
CREATE TABLE lighting.night_due (
  tenant text NOT NULL,
  night date NOT NULL,
  PRIMARY KEY (tenant, night)
);

-- A lamp's night. Energies in Wh: measured and promised between on and off, what full power all night would have taken,
-- and what was measured by day.
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

-- The same by zone, kWh: only of lamps that were measured, so that the sums may be compared; `lamps` are all.
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
  -- What full power all night would have taken for all lamps whose power is known.
  full_power_all double precision NOT NULL,
  PRIMARY KEY (tenant, kind, zone, night)
);

-- Prices, factors and the reference that savings are told in, by tenant.
CREATE TABLE lighting.setting (
  tenant text PRIMARY KEY,
  document jsonb NOT NULL
);

-- By which notifications of our own subscriptions are known; encrypted.
CREATE TABLE lighting.notify_secret (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  secret text NOT NULL
);
