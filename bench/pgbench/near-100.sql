\set x random(50, 950)
\set y random(5, :entities / 1000 - 5)
SELECT doc FROM entity,
  (SELECT ST_SetSRID(ST_MakePoint(5.9 + :x / 10000.0, 49.4 + :y / 1000.0), 4326) AS point) p
WHERE loc && ST_Expand(point, 160 / 72000.0, 160 / 111000.0) AND ST_DWithin(loc::geography, point::geography, 160)
LIMIT 100;
