import type { RouteDescription } from './route-description.ts';

const OBJECT = { type: 'object' };
const LIST = { type: 'array', items: OBJECT };
const TEXT = { type: 'string' };
const COUNT = { type: 'integer', minimum: 0 };
const route = (summary: string, others: Omit<RouteDescription, 'summary'> = {}): RouteDescription => ({
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

/** The descriptions for `/openapi` of routes outside the standard, by method and path. */
export const OPS_DESCRIPTIONS: { readonly [route: string]: RouteDescription } = {
  'GET /health': route('Whether it is ready, or why not; like /ready', { answer: OBJECT }),
  'GET /healthz': route('Whether it is ready, or why not; like /ready', { answer: OBJECT }),
  'GET /version': route('Its version, and that of NGSI-LD', { answer: OBJECT }),
  'GET /ngsi-ld/ex/v1/version': route('Its version, at the path used by Orion-LD', { answer: OBJECT }),
  'GET /contexts/vocabulary.jsonld': route("The product's own vocabulary in RDF Schema", { answer: OBJECT }),
  'GET /live': route('Whether the process answers, regardless of its database', { answer: OBJECT }),
  'GET /ready': route('Whether it is ready, or why not', { answer: OBJECT }),
  'GET /metrics': route('Metrics in the Prometheus format'),
  'GET /events': route('Changes of entities as they happen, as server-sent events', {
    query: { type: TEXT, id: TEXT, attrs: TEXT, tenant: TEXT },
  }),
  'POST /ngsi-ld/ex/remote-notify': route('Receives notifications of other brokers for copies of our subscriptions', {
    body: OBJECT,
  }),
  'GET /ops/access/policies': route('The policies of the tenant, including the built-in one', { answer: LIST }),
  'POST /ops/access/policies': taken('Create a policy', POLICY),
  'GET /ops/access/policies/:id': route('A policy', { answer: OBJECT }),
  'PUT /ops/access/policies/:id': taken('Create or replace a policy', POLICY),
  'DELETE /ops/access/policies/:id': route('Delete a policy'),
  'GET /ops/access/keys': route('The API keys, without the keys themselves', { answer: LIST }),
  'POST /ops/access/keys': taken('Create an API key, which is shown only in this answer', KEY, OBJECT),
  'GET /ops/access/keys/:id': route('An API key, without the key itself', { answer: OBJECT }),
  'PUT /ops/access/keys/:id': taken('Change an API key', KEY),
  'DELETE /ops/access/keys/:id': route('Revoke an API key'),
  'POST /ops/access/revocations': taken('Revoke all tokens issued to a user until now', {
    subject: 'a1b2c3',
    before: '2026-01-15T18:30:00Z',
  }),
  'GET /ops/access/limits': route('The rate limits of keys and accounts', { answer: LIST }),
  'PUT /ops/access/limits/:id': taken('Set the rate limits of a key or an account', [{ requests: 100, per: 'minute' }]),
  'DELETE /ops/access/limits/:id': route('Remove the rate limits of a key or an account'),
  'GET /ops/access/usage': route('The usage of keys and accounts', {
    query: { since: TEXT, before: TEXT, consumer: TEXT },
    answer: LIST,
  }),
  'GET /ops/access/me': route('The caller and their rights', { answer: OBJECT }),
  'GET /ops/access/me/keys': route("The caller's own API keys", { answer: LIST }),
  'POST /ops/access/me/keys': taken(
    'Create an API key of your own, which is shown only in this answer',
    OWN_KEY,
    OBJECT,
  ),
  'POST /ops/access/me/keys/:id/rotate': route('Replace one of your keys by a new one', { answer: OBJECT }),
  'DELETE /ops/access/me/keys/:id': route('Revoke one of your keys'),
  'GET /ops/access/explain': route('Explain why a principal may or may not do something', { answer: OBJECT }),
  'GET /ops/audit': route('The audit, the latest first', { query: { limit: COUNT, beforeN: COUNT }, answer: LIST }),
  'POST /ops/audit': taken('Add an entry to the audit', { action: 'backup', object: 'database' }),
  'GET /ops/audit/export': route('The whole audit, one line of JSON per entry'),
  'GET /ops/audit/verify': route('Verify the hash chain of the audit', {
    query: { n: COUNT, hash: TEXT },
    answer: OBJECT,
  }),
  'GET /ops/models': route('The known and installed models of entity types', { answer: LIST }),
  'POST /ops/models': taken('Install a model by its JSON Schema in the form of Smart Data Models', MODEL, OBJECT),
  'GET /ops/models/:iri': route('A model, its form and its @context', { answer: OBJECT }),
  'DELETE /ops/models/:iri': route('Delete an installed model'),
  'GET /ops/validation': route('How strictly types are validated against their models', { answer: LIST }),
  'PUT /ops/validation': taken('Validate a type against its model', { type: 'Streetlight', mode: 'warn' }),
  'DELETE /ops/validation': route('Stop validating a type against its model', { query: { type: TEXT } }),
  'POST /ops/validate': route('Validate entities without storing them', {
    query: { lang: { enum: ['en', 'fr'] } },
    body: LIST,
    example: [{ id: 'urn:ngsi-ld:Streetlight:42', type: 'Streetlight', powerState: 'on' }],
    answer: LIST,
  }),
  'GET /ops/indexes': route('Indexes of attributes, their use, and recommended indexes', { answer: OBJECT }),
  'POST /ops/indexes': taken('Create an index of an attribute', { type: 'Streetlight', attribute: 'powerState' }),
  'DELETE /ops/indexes/:name': route('Drop an index'),
  'GET /ops/tenants': route('The tenants', { answer: LIST }),
  'POST /ops/tenants': taken('Create a tenant', { name: 'thil' }),
  'GET /ops/tenants/:name': route('The size of a tenant, and its quotas', { answer: OBJECT }),
  'DELETE /ops/tenants/:name': route('Delete a tenant with all its data'),
  'PUT /ops/tenants/:name/quotas': taken('Set the quotas of a tenant', { entities: 1000, requestsPerSecond: 50 }),
  'DELETE /ops/tenants/:name/quotas': route('Remove the quotas of a tenant'),
  'GET /ops/tenants/:name/interop': route('What is set for a tenant about clients of older stacks', { answer: OBJECT }),
  'GET /ops/tenants/:name/interop/uses': route('Which clients needed leniency, for what, and how often', {
    answer: LIST,
  }),
  'DELETE /ops/tenants/:name/interop/uses': route('Count anew which clients need leniency'),
  'PUT /ops/tenants/:name/interop': taken('Set how a tenant handles clients of older stacks', { lenient: true }),
  'DELETE /ops/tenants/:name/interop': route('Use the settings of the process for a tenant again'),
  'POST /ops/tenants/:name/empty': route('Delete all data of a tenant, and keep the tenant'),
  'GET /ops/history': route('The size of the history, and how long it is kept', { answer: OBJECT }),
  'GET /ops/history/retention': route('How long history is kept, by type and attribute', { answer: LIST }),
  'PUT /ops/history/retention': taken('Set how long history is kept', {
    type: 'Streetlight',
    attribute: 'power',
    rawDays: 30,
    hourDays: 365,
  }),
  'DELETE /ops/history/retention': route('Delete a retention policy', { query: { type: TEXT, attribute: TEXT } }),
  'POST /ops/history/retention/runs': route('Start a retention run now', { answer: OBJECT }),
  'GET /ops/history/retention/runs': route('Past retention runs, with what they removed', { answer: LIST }),
  'DELETE /ops/history/retention/runs/current': route('Stop the retention run in progress'),
};
