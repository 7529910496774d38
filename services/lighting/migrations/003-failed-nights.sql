-- Nights in which a lamp used less than a fifth of what it should. They are few; the cockpit queries them.
CREATE INDEX lamp_night_failed ON lighting.lamp_night (tenant, night, lamp)
  WHERE measured < promised * 0.2::real AND covered >= 0.9::real;
