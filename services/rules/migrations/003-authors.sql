-- The grant of who saved a rule, with which it writes attributes. Null: it acts for the product, as rules of the demo do, and
-- those saved before or while access was open.
ALTER TABLE rules.rule ADD COLUMN author jsonb;
