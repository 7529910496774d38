-- How a tenant meets clients of older stacks; without a row the settings of the process hold. Not by the column's usual
-- name: a tenant that is emptied keeps it.
CREATE TABLE tenant_interop (
  of_tenant text PRIMARY KEY,
  -- URL of the @context of requests that bring none; NULL: as the setting says, '': the core @context alone.
  default_context text,
  lenient boolean
);
