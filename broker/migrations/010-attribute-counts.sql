-- The kinds and names of an entity's attributes that don't expire, each as 'Property https://…', sorted.
CREATE FUNCTION lasting_attributes(document jsonb) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(array_agg(DISTINCT ((instance ->> 'type') || ' ' || name) COLLATE "C"
    ORDER BY ((instance ->> 'type') || ' ' || name) COLLATE "C"), '{}')
  FROM jsonb_each(document -> 'attributes') AS a(name, instances), jsonb_array_elements(instances) AS i(instance)
  WHERE NOT instance ? 'expiresAt'
$$;

-- The same for attributes that have not expired yet.
CREATE FUNCTION present_attributes(document jsonb) RETURNS text[] LANGUAGE sql STABLE AS $$
  SELECT coalesce(array_agg(DISTINCT (instance ->> 'type') || ' ' || name), '{}')
  FROM jsonb_each(document -> 'attributes') AS a(name, instances), jsonb_array_elements(instances) AS i(instance)
  WHERE ((instance ->> 'expiresAt')::timestamptz > now()) IS NOT FALSE
$$;

-- How many entities have which types and lasting attributes, so that types and attributes can be listed without
-- reading entities.
ALTER TABLE entity_count ADD COLUMN attributes text[] NOT NULL DEFAULT '{}';
DELETE FROM entity_count;
INSERT INTO entity_count (tenant, types, attributes, entities)
  SELECT tenant, types, lasting_attributes(document) AS attributes, count(*) FROM entity
  WHERE expires_at IS NULL GROUP BY tenant, types, attributes;

-- Entities counted there that also have attributes that expire.
CREATE TABLE expiring_attribute (
  tenant text COLLATE "C" NOT NULL,
  entity_id text COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant, entity_id)
);
INSERT INTO expiring_attribute (tenant, entity_id)
  SELECT tenant, id FROM entity WHERE expires_at IS NULL AND document @? '$.attributes.*[*].expiresAt';
