-- How the costs of the installation are shared among its collectivities: one row.
CREATE TABLE territory.cost_share (
  is_set boolean PRIMARY KEY DEFAULT true CHECK (is_set),
  -- In the expression language of the product, from the figures of a collectivity.
  formula text NOT NULL,
  -- Of a year, in euros.
  amount numeric(14, 2) NOT NULL
);
