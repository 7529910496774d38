/** The installation’s own tenant, which has no name, where one is needed. */
export const DEFAULT_TENANT = '@default';

/** A tenant's own territory. */
export const COLLECTIVITY = {
  own: 'GET /ops/collectivity',
  change: 'PUT /ops/collectivity',
  versions: 'GET /ops/collectivity/versions',
} as const;

/** Support access to a tenant's collectivity. */
export const SUPPORT = {
  list: 'GET /ops/collectivity/support',
  ask: 'POST /ops/collectivity/support',
  active: 'GET /ops/collectivity/support/active',
  decide: 'PUT /ops/collectivity/support/:id',
  end: 'DELETE /ops/collectivity/support/:id',
} as const;

/** Hosts of collectivities and of the installation, for the proxy that gets their certificates. */
export const HOSTS = { known: 'GET /ops/hosts/known' } as const;

/** All collectivities of the installation. */
export const COLLECTIVITIES = {
  list: 'GET /ops/collectivities',
  found: 'POST /ops/collectivities',
  mine: 'GET /ops/collectivities/mine',
  figures: 'GET /ops/collectivities/figures',
  costs: 'GET /ops/collectivities/costs',
  setCosts: 'PUT /ops/collectivities/costs',
  boundaries: 'POST /ops/collectivities/boundaries',
  model: 'GET /ops/collectivities/:tenant/model',
  setHosts: 'PUT /ops/collectivities/:tenant/hosts',
} as const;
