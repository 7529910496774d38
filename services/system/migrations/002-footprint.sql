-- What the product used on a day (UTC), whole ('') and by domain. Processes add what they counted; sizes are the latest.
CREATE TABLE system.footprint_use (
  day date NOT NULL,
  domain text NOT NULL,
  what text NOT NULL,
  amount float8 NOT NULL,
  PRIMARY KEY (day, domain, what)
);

-- Prices, budget and factors of who runs the installation, as one document.
CREATE TABLE system.footprint_setting (
  is_set boolean PRIMARY KEY DEFAULT true CHECK (is_set),
  document jsonb NOT NULL,
  -- What is beyond the budget, for which an alarm was raised.
  over_budget text[] NOT NULL DEFAULT '{}'
);
