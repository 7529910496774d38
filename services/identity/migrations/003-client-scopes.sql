-- A client gets tokens for the API only if it is allowed scopes of the API. Machines with roles keep their access.
-- For programs that sign in users, an administrator must allow the scopes.
UPDATE identity.client
  SET metadata = metadata || '{"alzette_api": ["alzette:read", "alzette:write", "alzette:administer"]}'
  WHERE metadata -> 'grant_types' @> '["client_credentials"]' AND (roles <> '{}' OR groups <> '{}');
