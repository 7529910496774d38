\set n random(0, :entities - 1)
SELECT doc FROM entity WHERE id = :prefix || lpad((:n::int)::text, 7, '0');
