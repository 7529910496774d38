\set n random(0, :entities - 20)
SELECT doc FROM entity WHERE (doc -> 'energy' ->> 'value')::float8 >= :n AND (doc -> 'energy' ->> 'value')::float8 < :n + 20;
