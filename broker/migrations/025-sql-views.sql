-- Views for SQL tools (docs/sql-views.md). Their names and columns are stable; the tables may change.
CREATE SCHEMA ngsi;
COMMENT ON SCHEMA ngsi IS 'What readers may build on: entities as they are and their history, by tenant';

-- Which tenants a role may read; '*' means all. The owner of the tables reads all.
CREATE TABLE sql_reader (
  role text NOT NULL,
  tenant text COLLATE "C" NOT NULL,
  PRIMARY KEY (role, tenant)
);

-- Inside a view current_user is still the caller, while the tables are read with the rights of the view's owner.
CREATE VIEW readable_tenant AS
SELECT t.name COLLATE "C" AS name
FROM tenant t
WHERE pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = 'tenant'::regclass), 'USAGE')
  OR EXISTS (SELECT FROM sql_reader r WHERE r.role = current_user AND r.tenant IN (t.name, '*'));

-- The last part of an IRI: the text after its last / or #.
CREATE FUNCTION short_name(iri text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN coalesce(nullif(regexp_replace(iri, '^.*[/#]', ''), ''), iri);

-- Attributes seen. A join by the short name finds the IRI, which the indexes of history need.
CREATE TABLE sql_attribute (
  iri text COLLATE "C" PRIMARY KEY,
  name text NOT NULL GENERATED ALWAYS AS (short_name(iri)) STORED
);
CREATE INDEX sql_attribute_name ON sql_attribute (name);

-- A view for each type seen, with a column for each of its attributes. A name never changes, and columns are only
-- appended.
CREATE TABLE sql_type (
  iri text COLLATE "C" PRIMARY KEY,
  view text NOT NULL UNIQUE
);
CREATE TABLE sql_column (
  type text COLLATE "C" NOT NULL REFERENCES sql_type ON DELETE CASCADE,
  attribute text COLLATE "C" NOT NULL,
  position integer NOT NULL,
  name text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('number', 'boolean', 'text', 'json', 'geometry')),
  PRIMARY KEY (type, attribute),
  UNIQUE (type, position),
  UNIQUE (type, name)
);

-- A security barrier: no condition of a reader is evaluated on rows of another tenant.
CREATE VIEW ngsi.entities WITH (security_barrier) AS
SELECT e.tenant, e.id, short_name(e.types[1]) AS type, e.types AS type_iris, e.scopes, e.location, e.created_at,
  e.modified_at, e.expires_at
FROM entity e
WHERE e.tenant = ANY (ARRAY(SELECT name FROM readable_tenant)) AND (e.expires_at IS NULL OR e.expires_at > now());

CREATE VIEW ngsi.history WITH (security_barrier) AS
SELECT h.tenant, h.entity_id, short_name((coalesce(e.types, p.types))[1]) AS entity_type, a.name AS attribute,
  h.attribute AS attribute_iri, nullif(h.dataset_id, '') AS dataset_id, h.at AS observed_at, h.modified_at,
  h.number AS numeric_value,
  CASE jsonb_typeof(h.instance -> 'value') WHEN 'string' THEN h.instance ->> 'value' END AS text_value,
  h.instance -> 'value' AS json_value,
  h.instance ->> 'unitCode' AS unit_code,
  (CASE h.instance ->> 'type' WHEN 'GeoProperty' THEN ST_SetSRID(ST_GeomFromGeoJSON(h.instance ->> 'value'), 4326) END
    )::geometry(Geometry, 4326) AS geometry,
  (h.instance IS NULL OR h.instance ? 'deletedAt') AS is_deleted
FROM history h
LEFT JOIN sql_attribute a ON a.iri = h.attribute
LEFT JOIN entity e ON e.tenant = h.tenant AND e.id = h.entity_id
LEFT JOIN past_entity p ON p.tenant = h.tenant AND p.id = h.entity_id
WHERE h.tenant = ANY (ARRAY(SELECT name FROM readable_tenant));

CREATE VIEW ngsi.catalogue AS
SELECT t.view AS view_name, short_name(t.iri) AS type, t.iri AS type_iri, c.name AS column_name,
  short_name(c.attribute) AS attribute, c.attribute AS attribute_iri, c.kind, c.position
FROM sql_type t LEFT JOIN sql_column c ON c.type = t.iri;

-- USAGE on the schema decides who may query it, and sql_reader what they see.
GRANT SELECT ON ngsi.entities, ngsi.history, ngsi.catalogue TO PUBLIC;
-- Readers may call any function, and these change tables.
REVOKE EXECUTE ON FUNCTION ensure_history_partitions(integer), make_history_partitions(timestamptz, timestamptz) FROM PUBLIC;
