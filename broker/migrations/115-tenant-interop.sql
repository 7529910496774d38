-- How a tenant serves clients of older stacks. Without a row the settings of the process apply. The column is not
-- called tenant: a tenant that is emptied keeps its row.
CREATE TABLE tenant_interop (
  of_tenant text PRIMARY KEY,
  -- URL of the @context for requests without one. NULL: as the setting says; '': only the core @context.
  default_context text,
  lenient boolean
);
