CREATE SCHEMA IF NOT EXISTS x_fountains;

CREATE TABLE x_fountains.check_made (
  tenant text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY,
  entity text NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  is_drinkable boolean NOT NULL,
  note text NOT NULL,
  PRIMARY KEY (tenant, id)
);

CREATE INDEX check_made_entity ON x_fountains.check_made (tenant, entity, at DESC);
