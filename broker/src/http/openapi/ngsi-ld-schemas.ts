/*
 * JSON Schemas of the NGSI-LD data types (5.2) for `/openapi`. They are for readers; the broker validates more than a
 * schema can express.
 */

import { ENDPOINT_SCHEMES } from '../../model/endpoint-schemes.ts';
import type { Schema } from './route-description.ts';

const TEXT = { type: 'string' };
const URI = { type: 'string', format: 'uri' };
const TIME = { type: 'string', format: 'date-time' };
const OBJECT = { type: 'object' };
const COUNT = { type: 'integer', minimum: 0 };
const CONTEXT = { description: 'The JSON-LD @context: a URL, an object, or an array of these.' };
const TYPES = { description: 'One or more type names.', oneOf: [TEXT, { type: 'array', items: TEXT }] };
const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
const listOf = (items: Schema): Schema => ({ type: 'array', items });
const object = (properties: Schema, required: readonly string[] = [], others: unknown = true): Schema => ({
  type: 'object',
  properties,
  ...(required.length > 0 && { required }),
  additionalProperties: others,
});
const attribute = (type: string, properties: Schema, required: readonly string[] = []): Schema =>
  object({ type: { const: type }, ...properties, datasetId: URI, observedAt: TIME }, ['type', ...required]);

const ATTRIBUTES = ['Property', 'Relationship', 'GeoProperty', 'LanguageProperty', 'VocabProperty'];

const ENTITY_MEMBERS = { '@context': CONTEXT, scope: { oneOf: [TEXT, listOf(TEXT)] } };
const ENDPOINT = object(
  {
    uri: { ...URI, description: `Its scheme is one of ${ENDPOINT_SCHEMES.join(', ')}` },
    accept: { enum: ['application/json', 'application/ld+json', 'application/geo+json'] },
    receiverInfo: listOf(ref('KeyValuePair')),
    notifierInfo: listOf(ref('KeyValuePair')),
    timeout: { ...COUNT, description: 'Milliseconds' },
    cooldown: { ...COUNT, description: 'Milliseconds' },
  },
  ['uri'],
);

const SUBSCRIPTION_MEMBERS = {
  '@context': CONTEXT,
  subscriptionName: TEXT,
  description: TEXT,
  entities: listOf(ref('EntitySelector')),
  watchedAttributes: listOf(TEXT),
  notificationTrigger: listOf(TEXT),
  timeInterval: { type: 'number', exclusiveMinimum: 0, description: 'Seconds' },
  q: TEXT,
  geoQ: ref('GeoQuery'),
  csf: TEXT,
  scopeQ: TEXT,
  isActive: { type: 'boolean' },
  expiresAt: TIME,
  throttling: { type: 'number', exclusiveMinimum: 0, description: 'Seconds' },
  lang: TEXT,
  jsonldContext: URI,
};

const REGISTRATION_MEMBERS = {
  '@context': CONTEXT,
  registrationName: TEXT,
  description: TEXT,
  information: listOf(
    object({
      entities: listOf(ref('EntitySelector')),
      attributeNames: listOf(TEXT),
      propertyNames: listOf(TEXT),
      relationshipNames: listOf(TEXT),
    }),
  ),
  endpoint: URI,
  tenant: TEXT,
  mode: { enum: ['inclusive', 'exclusive', 'redirect', 'auxiliary'] },
  operations: listOf(TEXT),
  expiresAt: TIME,
  location: ref('Geometry'),
  contextSourceInfo: listOf(ref('KeyValuePair')),
  management: { type: 'object' },
};

/** By name, below `#/components/schemas`. */
export const NGSI_LD_SCHEMAS = {
  Property: attribute('Property', { value: {}, unitCode: { ...TEXT, description: 'UN/CEFACT code' } }, ['value']),
  Relationship: attribute('Relationship', { object: { oneOf: [URI, listOf(URI)] } }, ['object']),
  GeoProperty: attribute('GeoProperty', { value: ref('Geometry') }, ['value']),
  LanguageProperty: attribute('LanguageProperty', { languageMap: { type: 'object' } }, ['languageMap']),
  VocabProperty: attribute('VocabProperty', { vocab: { oneOf: [TEXT, listOf(TEXT)] } }, ['vocab']),
  Attribute: {
    description:
      'An attribute (4.5), or several instances of it by datasetId; concise and simplified forms are accepted too.',
    anyOf: [...ATTRIBUTES.map(ref), listOf({ anyOf: ATTRIBUTES.map(ref) }), {}],
  },
  Value: { description: 'The value of an attribute: any JSON, in the form of the type of the attribute' },
  Geometry: object({ type: TEXT, coordinates: { type: 'array' } }, ['type', 'coordinates']),
  Entity: object({ id: URI, type: TYPES, ...ENTITY_MEMBERS }, ['id', 'type'], ref('Attribute')),
  EntityFragment: object({ type: TYPES, ...ENTITY_MEMBERS }, [], ref('Attribute')),
  AttributeFragment: object({ '@context': CONTEXT, type: TEXT, value: {}, object: {}, observedAt: TIME }),
  EntityTemporal: {
    ...object({ id: URI, type: TYPES, ...ENTITY_MEMBERS }, ['id', 'type'], ref('Attribute')),
    description: 'An entity whose attributes are arrays of instances, each with its observedAt (5.2.20).',
  },
  EntitySelector: object({ id: URI, idPattern: TEXT, type: TEXT }),
  GeoQuery: object(
    { geometry: TEXT, coordinates: { oneOf: [TEXT, { type: 'array' }] }, georel: TEXT, geoproperty: TEXT },
    ['geometry', 'coordinates', 'georel'],
  ),
  TemporalQuery: object({
    timerel: { enum: ['before', 'after', 'between'] },
    timeAt: TIME,
    endTimeAt: TIME,
    timeproperty: TEXT,
  }),
  KeyValuePair: object({ key: TEXT, value: TEXT }, ['key', 'value']),
  Query: object(
    {
      type: { const: 'Query' },
      entities: listOf(ref('EntitySelector')),
      attrs: listOf(TEXT),
      q: TEXT,
      geoQ: ref('GeoQuery'),
      temporalQ: ref('TemporalQuery'),
      scopeQ: TEXT,
      lang: TEXT,
    },
    ['type'],
  ),
  Subscription: object(
    {
      id: URI,
      type: { const: 'Subscription' },
      ...SUBSCRIPTION_MEMBERS,
      notification: object(
        {
          attributes: listOf(TEXT),
          format: { enum: ['normalized', 'concise', 'simplified', 'keyValues'] },
          endpoint: ENDPOINT,
          sysAttrs: { type: 'boolean' },
          showChanges: { type: 'boolean' },
        },
        ['endpoint'],
      ),
    },
    ['type', 'notification'],
  ),
  SubscriptionFragment: object({ type: { const: 'Subscription' }, ...SUBSCRIPTION_MEMBERS, notification: OBJECT }),
  CSourceRegistration: object({ id: URI, type: { const: 'ContextSourceRegistration' }, ...REGISTRATION_MEMBERS }, [
    'type',
    'information',
    'endpoint',
  ]),
  CSourceRegistrationFragment: object({ type: { const: 'ContextSourceRegistration' }, ...REGISTRATION_MEMBERS }),
  BatchResult: object(
    {
      success: listOf(URI),
      errors: listOf(object({ entityId: URI, error: ref('ProblemDetails') }, ['entityId', 'error'])),
    },
    ['success', 'errors'],
  ),
  Notification: object(
    { id: URI, type: { const: 'Notification' }, subscriptionId: URI, notifiedAt: TIME, data: listOf(ref('Entity')) },
    ['id', 'type', 'subscriptionId', 'notifiedAt', 'data'],
  ),
  EntityMap: object({ id: URI, type: { const: 'EntityMap' }, expiresAt: TIME, entityMap: OBJECT, linkedMaps: OBJECT }),
  EntityTypeList: object({ id: URI, type: { const: 'EntityTypeList' }, typeList: listOf(TEXT) }),
  EntityTypeInfo: object({ id: URI, type: TEXT, typeName: TEXT, entityCount: COUNT, attributeDetails: listOf(OBJECT) }),
  AttributeList: object({ id: URI, type: { const: 'AttributeList' }, attributeList: listOf(TEXT) }),
  AttributeInfo: object({ id: URI, type: TEXT, attributeName: TEXT, attributeCount: COUNT, typeNames: listOf(TEXT) }),
  Context: object({ '@context': CONTEXT }, ['@context']),
  ContextSourceIdentity: object({ id: URI, type: TEXT, contextSourceUptime: TEXT, contextSourceTimeAt: TIME }),
  Snapshot: object({
    id: URI,
    type: { const: 'Snapshot' },
    snapshotQueries: listOf(ref('Query')),
    snapshotTemporalQueries: listOf(ref('Query')),
    snapshotLifetime: { ...TEXT, description: 'An ISO 8601 duration' },
    snapshotPriority: COUNT,
    snapshotStatus: TEXT,
  }),
} satisfies { readonly [name: string]: Schema };

export type SchemaName = keyof typeof NGSI_LD_SCHEMAS;
