-- A client gets tokens for the API only when it is allowed scopes of it. What machines were given roles for they keep;
-- programs that sign users in are to be allowed it by an administrator.
UPDATE identity.client
  SET metadata = metadata || '{"alzette_api": ["alzette:read", "alzette:write", "alzette:administer"]}'
  WHERE metadata -> 'grant_types' @> '["client_credentials"]' AND (roles <> '{}' OR groups <> '{}');
