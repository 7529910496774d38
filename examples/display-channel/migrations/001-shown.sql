CREATE SCHEMA IF NOT EXISTS x_display;

-- What boards show. An attempt that is repeated has the same id.
CREATE TABLE x_display.shown (
  tenant text COLLATE "C" NOT NULL,
  board text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  line text NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, board, id)
);
