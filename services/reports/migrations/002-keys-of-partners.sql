-- Keys for the Open311 endpoints of those to whom reports are passed on, encrypted.
CREATE TABLE reports.partner_key (
  tenant text NOT NULL,
  url text NOT NULL,
  sealed text NOT NULL,
  PRIMARY KEY (tenant, url)
);
