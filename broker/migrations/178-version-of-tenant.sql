-- The version of NGSI-LD for requests of a tenant that prefer none: '1.9', or the draft '2.0'. NULL: 1.9.
ALTER TABLE tenant_interop ADD COLUMN version text;
