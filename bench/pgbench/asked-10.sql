\set n random(0, :entities / 10 - 1)
SELECT doc FROM entity WHERE doc -> 'asset' ->> 'value' = 'Asset ' || (:n::int)::text LIMIT 10;
