-- Indicators of the product that a collectivity lets the others of the installation see.
CREATE TABLE decisions.shared (
  tenant text COLLATE "C" NOT NULL,
  indicator text COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant, indicator)
);
