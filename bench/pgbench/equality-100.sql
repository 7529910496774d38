\set n random(0, :entities / 100 - 1)
SELECT doc FROM entity WHERE doc -> 'street' ->> 'value' = 'Rue ' || (:n::int)::text LIMIT 100;
