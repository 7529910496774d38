\set n random(0, :entities - 100)
SELECT doc FROM entity WHERE types[1] = :type AND id > :prefix || lpad((:n::int)::text, 7, '0') ORDER BY id LIMIT 20;
