import type { RouteDescription } from './route-description.ts';

const OBJECT = { type: 'object' };
const LIST = { type: 'array', items: OBJECT };
const TEXT = { type: 'string' };
const COUNT = { type: 'integer', minimum: 0 };
const told = (summary: string, others: Omit<RouteDescription, 'summary'> = {}): RouteDescription => ({
  summary,
  ...others,
});
const taken = (summary: string, example: unknown, answer?: RouteDescription['answer']): RouteDescription => ({
  summary,
  body: OBJECT,
  example,
  ...(answer && { answer }),
});

const POLICY = { id: 'operators', who: { roles: ['operator'] }, may: ['read', 'write'], types: ['Streetlight'] };
const KEY = { title: 'The weather station', roles: ['operator'], scopes: ['read'], expiresAt: '2027-01-01T00:00:00Z' };
const OWN_KEY = { title: 'My notebook', scopes: ['read'], expiresAt: '2027-01-01T00:00:00Z' };
const MODEL = {
  subject: 'Parks',
  schema: { properties: { type: { type: 'string', enum: ['Bench'] }, seats: { type: 'integer' } } },
};

/** What `/openapi` tells of the broker's routes outside the standard, by method and path. */
export const OPS_DESCRIPTIONS: { readonly [route: string]: RouteDescription } = {
  'GET /health': told('Whether it can serve, or why not: as /ready', { answer: OBJECT }),
  'GET /healthz': told('Whether it can serve, or why not: as /ready', { answer: OBJECT }),
  'GET /version': told('Its version, and that of NGSI-LD', { answer: OBJECT }),
  'GET /ngsi-ld/ex/v1/version': told('Its version, where Orion-LD tells it', { answer: OBJECT }),
  'GET /contexts/vocabulary.jsonld': told("What the product's own names mean, in RDF Schema", { answer: OBJECT }),
  'GET /live': told('Whether the process answers, whatever its database does', { answer: OBJECT }),
  'GET /ready': told('Whether it can serve, or why not', { answer: OBJECT }),
  'GET /metrics': told('Metrics as Prometheus reads them'),
  'GET /events': told('Changes of entities as they happen, as server-sent events', {
    query: { type: TEXT, id: TEXT, attrs: TEXT, tenant: TEXT },
  }),
  'POST /ngsi-ld/ex/remote-notify': told('Notifications of other brokers to the copies of our subscriptions there', {
    body: OBJECT,
  }),
  'GET /ops/access/policies': told('The policies of the tenant, with the one that is built in', { answer: LIST }),
  'POST /ops/access/policies': taken('Make a policy', POLICY),
  'GET /ops/access/policies/:id': told('A policy', { answer: OBJECT }),
  'PUT /ops/access/policies/:id': taken('Make or replace a policy', POLICY),
  'DELETE /ops/access/policies/:id': told('Remove a policy'),
  'GET /ops/access/keys': told('The API keys, without the keys themselves', { answer: LIST }),
  'POST /ops/access/keys': taken('Make an API key, told here and never again', KEY, OBJECT),
  'GET /ops/access/keys/:id': told('An API key, without the key itself', { answer: OBJECT }),
  'PUT /ops/access/keys/:id': taken('Change what an API key is for', KEY),
  'DELETE /ops/access/keys/:id': told('Revoke an API key'),
  'POST /ops/access/revocations': taken('Refuse the tokens that somebody was given until now', {
    subject: 'a1b2c3',
    before: '2026-01-15T18:30:00Z',
  }),
  'GET /ops/access/limits': told('How much keys and accounts may ask', { answer: LIST }),
  'PUT /ops/access/limits/:id': taken('Limit a key or an account', [{ requests: 100, per: 'minute' }]),
  'DELETE /ops/access/limits/:id': told('Take the limits of a key or an account away'),
  'GET /ops/access/usage': told('What keys and accounts have asked', {
    query: { since: TEXT, before: TEXT, consumer: TEXT },
    answer: LIST,
  }),
  'GET /ops/access/me': told('Who asks, and what they may do', { answer: OBJECT }),
  'GET /ops/access/me/keys': told("The asker's own API keys", { answer: LIST }),
  'POST /ops/access/me/keys': taken('Make an API key of one’s own, told here and never again', OWN_KEY, OBJECT),
  'POST /ops/access/me/keys/:id/rotate': told('Replace a key of one’s own by a new one', { answer: OBJECT }),
  'DELETE /ops/access/me/keys/:id': told('Revoke a key of one’s own'),
  'GET /ops/access/explain': told('Why somebody may do something, or may not', { answer: OBJECT }),
  'GET /ops/audit': told('The audit, the latest first', { query: { limit: COUNT, beforeN: COUNT }, answer: LIST }),
  'POST /ops/audit': taken('Write an act into the audit', { action: 'backup', object: 'database' }),
  'GET /ops/audit/export': told('The whole audit, a line of JSON for each act'),
  'GET /ops/audit/verify': told('Whether the audit is as it was written: its chain of hashes', {
    query: { n: COUNT, hash: TEXT },
    answer: OBJECT,
  }),
  'GET /ops/models': told('The models of entity types that are known and installed', { answer: LIST }),
  'POST /ops/models': taken('Install a model by its JSON Schema, as Smart Data Models publish them', MODEL, OBJECT),
  'GET /ops/models/:iri': told('A model, its form and its @context', { answer: OBJECT }),
  'DELETE /ops/models/:iri': told('Remove an installed model'),
  'GET /ops/validation': told('How strictly types are held to their models', { answer: LIST }),
  'PUT /ops/validation': taken('Hold a type to its model', { type: 'Streetlight', mode: 'warn' }),
  'DELETE /ops/validation': told('Stop holding a type to its model', { query: { type: TEXT } }),
  'POST /ops/validate': told('Try entities against their models without storing them', {
    query: { lang: { enum: ['en', 'fr'] } },
    body: LIST,
    example: [{ id: 'urn:ngsi-ld:Streetlight:42', type: 'Streetlight', powerState: 'on' }],
    answer: LIST,
  }),
  'GET /ops/indexes': told('Indexes of attributes, what they serve, and what is advised', { answer: OBJECT }),
  'POST /ops/indexes': taken('Make an index of an attribute', { type: 'Streetlight', attribute: 'powerState' }),
  'DELETE /ops/indexes/:name': told('Drop an index'),
  'GET /ops/tenants': told('The tenants', { answer: LIST }),
  'POST /ops/tenants': taken('Make a tenant', { name: 'thil' }),
  'GET /ops/tenants/:name': told('How much a tenant has, and its quotas', { answer: OBJECT }),
  'DELETE /ops/tenants/:name': told('Drop a tenant with all that it has'),
  'PUT /ops/tenants/:name/quotas': taken('Limit a tenant', { entities: 1000, requestsPerSecond: 50 }),
  'DELETE /ops/tenants/:name/quotas': told('Take the limits of a tenant away'),
  'PUT /ops/tenants/:name/interop': taken('Say how a tenant meets clients of older stacks', { lenient: true }),
  'DELETE /ops/tenants/:name/interop': told('Let the settings of the process hold for a tenant again'),
  'POST /ops/tenants/:name/empty': told('Remove all that a tenant has, and keep the tenant'),
  'GET /ops/history': told('How much history there is, and how long it is kept', { answer: OBJECT }),
  'GET /ops/history/retention': told('How long history is kept, by type and attribute', { answer: LIST }),
  'PUT /ops/history/retention': taken('Say how long history is kept', {
    type: 'Streetlight',
    attribute: 'power',
    rawDays: 30,
    hourDays: 365,
  }),
  'DELETE /ops/history/retention': told('Keep history as by default again', { query: { type: TEXT, attribute: TEXT } }),
  'POST /ops/history/retention/runs': told('Remove now what has been kept long enough', { answer: OBJECT }),
  'GET /ops/history/retention/runs': told('When old history was removed, and how much', { answer: LIST }),
  'DELETE /ops/history/retention/runs/current': told('Stop the removal that is under way'),
};
