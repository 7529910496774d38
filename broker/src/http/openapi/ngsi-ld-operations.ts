import type { SchemaName } from './ngsi-ld-schemas.ts';

/** The description of a standard operation for `/openapi`. */
export interface StandardOperation {
  /** The operation's name and clause in ETSI GS CIM 009. */
  readonly summary: string;
  readonly body?: SchemaName | readonly [SchemaName] | 'ids';
  readonly answer?: SchemaName | readonly [SchemaName];
  /** A valid request body. */
  readonly example?: unknown;
  /** The success status if it is not 200. */
  readonly status?: 201 | 204;
}

const LAMP = 'urn:ngsi-ld:Streetlight:42';
const AT = '2026-01-15T18:30:00Z';
const POWER = { type: 'Property', value: 42.5, unitCode: 'WTT', observedAt: AT };
const lamp = {
  id: LAMP,
  type: 'Streetlight',
  powerState: { type: 'Property', value: 'on' },
  power: POWER,
  location: { type: 'GeoProperty', value: { type: 'Point', coordinates: [5.93, 49.47] } },
};
const fragment = { powerState: { type: 'Property', value: 'off' } };
const query = { type: 'Query', entities: [{ type: 'Streetlight' }], q: 'power>40' };
const temporalQuery = {
  ...query,
  temporalQ: { timerel: 'between', timeAt: '2026-01-14T00:00:00Z', endTimeAt: '2026-01-15T00:00:00Z' },
};
const subscription = {
  type: 'Subscription',
  entities: [{ type: 'Streetlight' }],
  watchedAttributes: ['powerState'],
  notification: { endpoint: { uri: 'https://example.org/notify', accept: 'application/json' } },
};
const registration = {
  type: 'ContextSourceRegistration',
  mode: 'inclusive',
  information: [{ entities: [{ type: 'WeatherObserved' }] }],
  endpoint: 'https://broker.example.org',
};
const evolution = {
  id: LAMP,
  type: 'Streetlight',
  power: [POWER, { ...POWER, value: 21, observedAt: '2026-01-15T22:00:00Z' }],
};
const context = { '@context': { power: 'https://example.org/terms/power' } };
const snapshot = { type: 'Snapshot', snapshotLifetime: 'P7D', snapshotQueries: [query] };

/** By method and path below `/ngsi-ld/v1`. */
export const NGSI_LD_OPERATIONS: { readonly [route: string]: StandardOperation } = {
  'POST /entities': { summary: 'Create Entity (5.6.1)', body: 'Entity', example: lamp, status: 201 },
  'GET /entities': { summary: 'Query Entities (5.7.2)', answer: ['Entity'] },
  'DELETE /entities': { summary: 'Purge Entities (5.6.21)', answer: 'BatchResult' },
  'GET /entities/:id': { summary: 'Retrieve Entity (5.7.1)', answer: 'Entity' },
  'DELETE /entities/:id': { summary: 'Delete Entity (5.6.6)', status: 204 },
  'PUT /entities/:id': { summary: 'Replace Entity (5.6.18)', body: 'EntityFragment', example: lamp, status: 204 },
  'PATCH /entities/:id': { summary: 'Merge Entity (5.6.17)', body: 'EntityFragment', example: fragment, status: 204 },
  'POST /entities/:id/attrs': {
    summary: 'Append Attributes (5.6.3)',
    body: 'EntityFragment',
    example: { power: POWER },
    status: 204,
  },
  'PATCH /entities/:id/attrs': {
    summary: 'Update Attributes (5.6.2)',
    body: 'EntityFragment',
    example: fragment,
    status: 204,
  },
  'GET /entities/:id/attrs/:attr': {
    summary: 'Retrieve an attribute (draft of the next version)',
    answer: 'Attribute',
  },
  'GET /entities/:id/attrs/:attr/value': {
    summary: 'Retrieve Attribute Value (TS 104 175, draft, 10.4.4)',
    answer: 'Value',
  },
  'PUT /entities/:id/attrs/:attr/value': {
    summary: 'Set Attribute Value (TS 104 175, draft, 10.2.6)',
    body: 'Value',
    example: 38,
    status: 204,
  },
  'PATCH /entities/:id/attrs/:attr': {
    summary: 'Partial Attribute update (5.6.4)',
    body: 'AttributeFragment',
    example: { value: 38 },
    status: 204,
  },
  'PUT /entities/:id/attrs/:attr': {
    summary: 'Replace Attribute (5.6.19)',
    body: 'AttributeFragment',
    example: POWER,
    status: 204,
  },
  'DELETE /entities/:id/attrs/:attr': { summary: 'Delete Attribute (5.6.5)', status: 204 },
  'POST /entityOperations/query': {
    summary: 'Query Entities by a body (5.7.2)',
    body: 'Query',
    example: query,
    answer: ['Entity'],
  },
  'POST /entityOperations/create': {
    summary: 'Batch Entity Creation (5.6.7)',
    body: ['Entity'],
    example: [lamp],
    answer: 'BatchResult',
  },
  'POST /entityOperations/upsert': {
    summary: 'Batch Entity Creation or Update (Upsert) (5.6.8)',
    body: ['Entity'],
    example: [lamp],
    answer: 'BatchResult',
  },
  'POST /entityOperations/update': {
    summary: 'Batch Entity Update (5.6.9)',
    body: ['Entity'],
    example: [{ id: LAMP, type: 'Streetlight', ...fragment }],
    answer: 'BatchResult',
  },
  'POST /entityOperations/merge': {
    summary: 'Batch Entity Merge (5.6.20)',
    body: ['Entity'],
    example: [{ id: LAMP, type: 'Streetlight', ...fragment }],
    answer: 'BatchResult',
  },
  'POST /entityOperations/delete': {
    summary: 'Batch Entity Delete (5.6.10)',
    body: 'ids',
    example: [LAMP],
    answer: 'BatchResult',
  },
  'GET /entityMaps': { summary: 'Create EntityMap for Query Entities (5.14.4)', answer: 'EntityMap' },
  'POST /entityMaps': {
    summary: 'Create EntityMap for Query Entities by a body (5.14.4)',
    body: 'Query',
    example: query,
    answer: 'EntityMap',
  },
  'GET /temporal/entityMaps': {
    summary: 'Create EntityMap for Query Temporal Evolution (5.14.5)',
    answer: 'EntityMap',
  },
  'POST /temporal/entityMaps': {
    summary: 'Create EntityMap for Query Temporal Evolution by a body (5.14.5)',
    body: 'Query',
    example: temporalQuery,
    answer: 'EntityMap',
  },
  'GET /entityMaps/:id': { summary: 'Retrieve EntityMap (5.14.1)', answer: 'EntityMap' },
  'PATCH /entityMaps/:id': {
    summary: 'Update EntityMap (5.14.2)',
    body: 'EntityMap',
    example: { expiresAt: '2026-01-15T20:00:00Z' },
    status: 204,
  },
  'DELETE /entityMaps/:id': { summary: 'Delete EntityMap (5.14.3)', status: 204 },
  ...subscriptionsAt('/subscriptions', 'Subscription', (n) => `5.8.${n}`, subscription),
  ...subscriptionsAt('/csourceSubscriptions', 'Context Source Registration Subscription', (n) => `5.11.${n + 1}`, {
    ...subscription,
    entities: [{ type: 'WeatherObserved' }],
  }),
  'POST /csourceRegistrations': {
    summary: 'Register Context Source (5.9.2)',
    body: 'CSourceRegistration',
    example: registration,
    status: 201,
  },
  'GET /csourceRegistrations': {
    summary: 'Query Context Source Registrations (5.10.2)',
    answer: ['CSourceRegistration'],
  },
  'GET /csourceRegistrations/:id': {
    summary: 'Retrieve Context Source Registration (5.10.1)',
    answer: 'CSourceRegistration',
  },
  'PATCH /csourceRegistrations/:id': {
    summary: 'Update Context Source Registration (5.9.3)',
    body: 'CSourceRegistrationFragment',
    example: { type: 'ContextSourceRegistration', endpoint: 'https://other.example.org' },
    status: 204,
  },
  'DELETE /csourceRegistrations/:id': { summary: 'Delete Context Source Registration (5.9.4)', status: 204 },
  'POST /temporal/entities': {
    summary: 'Upsert Temporal Evolution of an Entity (5.6.11)',
    body: 'EntityTemporal',
    example: evolution,
    status: 201,
  },
  'GET /temporal/entities': { summary: 'Query Temporal Evolution of Entities (5.7.4)', answer: ['EntityTemporal'] },
  'GET /temporal/entities/:id': {
    summary: 'Retrieve Temporal Evolution of an Entity (5.7.3)',
    answer: 'EntityTemporal',
  },
  'DELETE /temporal/entities/:id': { summary: 'Delete Temporal Evolution of an Entity (5.6.16)', status: 204 },
  'POST /temporal/entities/:id/attrs': {
    summary: 'Add Attributes to a Temporal Evolution (5.6.12)',
    body: 'EntityFragment',
    example: { power: [POWER] },
    status: 204,
  },
  'DELETE /temporal/entities/:id/attrs/:attr': {
    summary: 'Delete Attribute from a Temporal Evolution (5.6.13)',
    status: 204,
  },
  'PATCH /temporal/entities/:id/attrs/:attr/:instanceId': {
    summary: 'Modify Attribute Instance of a Temporal Evolution (5.6.14)',
    body: 'EntityFragment',
    example: { power: [{ ...POWER, value: 40 }] },
    status: 204,
  },
  'DELETE /temporal/entities/:id/attrs/:attr/:instanceId': {
    summary: 'Delete Attribute Instance of a Temporal Evolution (5.6.15)',
    status: 204,
  },
  'POST /temporal/entityOperations/query': {
    summary: 'Query Temporal Evolution of Entities by a body (5.7.4)',
    body: 'Query',
    example: temporalQuery,
    answer: ['EntityTemporal'],
  },
  'GET /types': { summary: 'Retrieve Available Entity Types (5.7.5)', answer: 'EntityTypeList' },
  'GET /types/:type': { summary: 'Retrieve Available Entity Type Information (5.7.7)', answer: 'EntityTypeInfo' },
  'GET /attributes': { summary: 'Retrieve Available Attributes (5.7.8)', answer: 'AttributeList' },
  'GET /attributes/:attr': { summary: 'Retrieve Available Attribute Information (5.7.10)', answer: 'AttributeInfo' },
  'GET /info/sourceIdentity': {
    summary: 'Retrieve Context Source Identity Information (5.15.1)',
    answer: 'ContextSourceIdentity',
  },
  'POST /jsonldContexts': { summary: 'Add @context (5.13.2)', body: 'Context', example: context, status: 201 },
  'GET /jsonldContexts': { summary: 'List @contexts (5.13.3)' },
  'GET /jsonldContexts/:id': { summary: 'Serve @context (5.13.4)', answer: 'Context' },
  'DELETE /jsonldContexts/:id': { summary: 'Delete and reload @context (5.13.5)', status: 204 },
  'POST /snapshots': { summary: 'Create Snapshot (5.16.1)', body: 'Snapshot', example: snapshot, status: 201 },
  'DELETE /snapshots': { summary: 'Purge Snapshots (5.16.7)' },
  'GET /snapshots/:id': { summary: 'Retrieve Snapshot Status (5.16.3)', answer: 'Snapshot' },
  'PATCH /snapshots/:id': {
    summary: 'Update Snapshot Status (5.16.4)',
    body: 'Snapshot',
    example: { snapshotLifetime: 'P14D' },
    answer: 'Snapshot',
  },
  'DELETE /snapshots/:id': { summary: 'Delete Snapshot (5.16.5)', status: 204 },
  'POST /snapshots/:id/clone': {
    summary: 'Clone Snapshot (5.16.2)',
    body: 'Snapshot',
    example: { type: 'Snapshot', snapshotLifetime: 'P7D' },
    status: 201,
  },
};

function subscriptionsAt(
  path: string,
  name: string,
  clause: (n: number) => string,
  example: unknown,
): { readonly [route: string]: StandardOperation } {
  return {
    [`POST ${path}`]: { summary: `Create ${name} (${clause(1)})`, body: 'Subscription', example, status: 201 },
    [`GET ${path}`]: { summary: `Query ${name}s (${clause(4)})`, answer: ['Subscription'] },
    [`GET ${path}/:id`]: { summary: `Retrieve ${name} (${clause(3)})`, answer: 'Subscription' },
    [`PATCH ${path}/:id`]: {
      summary: `Update ${name} (${clause(2)})`,
      body: 'SubscriptionFragment',
      example: { type: 'Subscription', throttling: 60 },
      status: 204,
    },
    [`DELETE ${path}/:id`]: { summary: `Delete ${name} (${clause(5)})`, status: 204 },
  };
}
