export const ACCESS = {
  policies: 'GET /ops/access/policies',
  createPolicy: 'POST /ops/access/policies',
  policy: 'GET /ops/access/policies/:id',
  savePolicy: 'PUT /ops/access/policies/:id',
  deletePolicy: 'DELETE /ops/access/policies/:id',
  keys: 'GET /ops/access/keys',
  createKey: 'POST /ops/access/keys',
  key: 'GET /ops/access/keys/:id',
  changeKey: 'PUT /ops/access/keys/:id',
  revokeKey: 'DELETE /ops/access/keys/:id',
  revokeTokens: 'POST /ops/access/revocations',
  limits: 'GET /ops/access/limits',
  setLimits: 'PUT /ops/access/limits/:id',
  removeLimits: 'DELETE /ops/access/limits/:id',
  usage: 'GET /ops/access/usage',
  explain: 'GET /ops/access/explain',
} as const;

export const OWN_ACCESS = {
  me: 'GET /ops/access/me',
  keys: 'GET /ops/access/me/keys',
  createKey: 'POST /ops/access/me/keys',
  rotateKey: 'POST /ops/access/me/keys/:id/rotate',
  revokeKey: 'DELETE /ops/access/me/keys/:id',
} as const;

export const AUDIT = {
  list: 'GET /ops/audit',
  own: 'GET /ops/audit/own',
  add: 'POST /ops/audit',
  export: 'GET /ops/audit/export',
  verify: 'GET /ops/audit/verify',
} as const;

export const MODELS = {
  list: 'GET /ops/models',
  install: 'POST /ops/models',
  model: 'GET /ops/models/:iri',
  remove: 'DELETE /ops/models/:iri',
  policies: 'GET /ops/validation',
  setPolicy: 'PUT /ops/validation',
  removePolicy: 'DELETE /ops/validation',
  validate: 'POST /ops/validate',
} as const;

export const NOTIFICATIONS = {
  ledgers: 'GET /ops/notifications/subscriptions',
  ledger: 'GET /ops/notifications/subscriptions/:id',
  endpoints: 'GET /ops/notifications/endpoints',
  sources: 'GET /ops/notifications/sources',
  deadLetters: 'GET /ops/notifications/dead-letters',
  replay: 'POST /ops/notifications/dead-letters/replay',
  drop: 'DELETE /ops/notifications/dead-letters',
  dropOne: 'DELETE /ops/notifications/dead-letters/:id',
} as const;

export const TENANTS = {
  list: 'GET /ops/tenants',
  create: 'POST /ops/tenants',
  tenant: 'GET /ops/tenants/:name',
  remove: 'DELETE /ops/tenants/:name',
  empty: 'POST /ops/tenants/:name/empty',
  setQuotas: 'PUT /ops/tenants/:name/quotas',
  removeQuotas: 'DELETE /ops/tenants/:name/quotas',
  interop: 'GET /ops/tenants/:name/interop',
  setInterop: 'PUT /ops/tenants/:name/interop',
  removeInterop: 'DELETE /ops/tenants/:name/interop',
  uses: 'GET /ops/tenants/:name/interop/uses',
  forgetUses: 'DELETE /ops/tenants/:name/interop/uses',
} as const;

export const STORAGE = {
  history: 'GET /ops/history',
  retention: 'GET /ops/history/retention',
  setRetention: 'PUT /ops/history/retention',
  removeRetention: 'DELETE /ops/history/retention',
  startRun: 'POST /ops/history/retention/runs',
  runs: 'GET /ops/history/retention/runs',
  stopRun: 'DELETE /ops/history/retention/runs/current',
  indexes: 'GET /ops/indexes',
  createIndex: 'POST /ops/indexes',
  dropIndex: 'DELETE /ops/indexes/:name',
} as const;

export const TERRITORY_VIEWS = {
  map: 'POST /territory/map',
  list: 'POST /territory/map/list',
  search: 'GET /territory/search',
  analyse: 'POST /territory/analysis',
} as const;

export const PROCESS = {
  live: 'GET /live',
  ready: 'GET /ready',
  health: 'GET /health',
  healthz: 'GET /healthz',
  version: 'GET /version',
  versionOfOrion: 'GET /ngsi-ld/ex/v1/version',
  openapi: 'GET /openapi',
  openapiJson: 'GET /openapi.json',
  metrics: 'GET /metrics',
  vocabulary: 'GET /contexts/vocabulary.jsonld',
  events: 'GET /events',
  remoteNotify: 'POST /ngsi-ld/ex/remote-notify',
} as const;

/** Operations of the standard with which pages administer; those on entities are methods of `NgsiLdClient`. */
export const STANDARD = {
  entities: 'GET /ngsi-ld/v1/entities',
  histories: 'GET /ngsi-ld/v1/temporal/entities',
  history: 'GET /ngsi-ld/v1/temporal/entities/:id',
  types: 'GET /ngsi-ld/v1/types',
  type: 'GET /ngsi-ld/v1/types/:type',
  attributes: 'GET /ngsi-ld/v1/attributes',
  contexts: 'GET /ngsi-ld/v1/jsonldContexts',
  deleteContext: 'DELETE /ngsi-ld/v1/jsonldContexts/:id',
  subscriptions: 'GET /ngsi-ld/v1/subscriptions',
  changeSubscription: 'PATCH /ngsi-ld/v1/subscriptions/:id',
  deleteSubscription: 'DELETE /ngsi-ld/v1/subscriptions/:id',
  registrations: 'GET /ngsi-ld/v1/csourceRegistrations',
  createRegistration: 'POST /ngsi-ld/v1/csourceRegistrations',
  deleteRegistration: 'DELETE /ngsi-ld/v1/csourceRegistrations/:id',
} as const;
