-- Nights in which a lamp took less than a fifth of what it should: few, and asked for by the cockpit.
CREATE INDEX lamp_night_failed ON lighting.lamp_night (tenant, night, lamp)
  WHERE measured < promised * 0.2::real AND covered >= 0.9::real;
