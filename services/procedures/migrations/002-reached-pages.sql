-- How many people have reached a page of a form on a day: nobody's, so nothing of it is erased.
CREATE TABLE procedures.reached (
  tenant text NOT NULL,
  procedure text NOT NULL,
  page text NOT NULL,
  day date NOT NULL,
  n bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant, procedure, page, day)
);
