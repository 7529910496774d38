export const NAME = { type: 'string', minLength: 1, maxLength: 256 } as const;
export const EXPRESSION = { type: 'string', minLength: 1, maxLength: 2000 } as const;

const ATTRIBUTE = {
  name: { ...NAME, not: { enum: ['id', 'type', '@context', 'scope'] } },
  type: { enum: ['Property', 'GeoProperty', 'Relationship'] },
  value: EXPRESSION,
  unitCode: { type: 'string', minLength: 1, maxLength: 10 },
  range: { type: 'array', items: { type: 'number' }, minItems: 2, maxItems: 2 },
} as const;

/** The schema of a source's entities: a list of `EntityMapping`. */
export const ENTITIES = entitiesOf(ATTRIBUTE);

function entitiesOf<Attribute extends object>(attribute: Attribute) {
  return {
    type: 'array',
    items: {
      type: 'object',
      required: ['type', 'id', 'attributes'],
      additionalProperties: false,
      properties: {
        type: NAME,
        id: EXPRESSION,
        each: EXPRESSION,
        observedAt: EXPRESSION,
        attributes: {
          type: 'array',
          items: {
            type: 'object',
            required: ['name', 'value'],
            additionalProperties: false,
            properties: attribute,
          },
        },
      },
    },
  } as const;
}
/** The JSON Schema of a profile. */
export const PROFILE = {
  type: 'object',
  required: ['id', 'name', 'entities'],
  additionalProperties: false,
  properties: {
    id: { ...NAME, pattern: '^[A-Za-z0-9._-]+$' },
    name: NAME,
    codec: { type: 'string', minLength: 1, maxLength: 1024 * 1024 },
    codecSha256: { type: 'string', pattern: '^[0-9a-f]{64}$' },
    examples: {
      type: 'array',
      maxItems: 100,
      items: {
        type: 'object',
        required: ['bytes', 'data'],
        additionalProperties: false,
        properties: {
          kind: { enum: ['uplink', 'downlink'] },
          fPort: { type: 'integer', minimum: 0, maximum: 255 },
          bytes: { type: 'string', pattern: '^([0-9A-Fa-f]{2})*$', maxLength: 512 },
          recvTime: { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}T[\\d:.]+Z$' },
          data: { type: 'object' },
        },
      },
    },
    decoder: { enum: ['cayenne-lpp'] },
    deliverDespiteErrors: { type: 'boolean' },
    silentAfterS: { type: 'number', minimum: 1, maximum: 31_622_400 },
    commands: {
      type: 'array',
      items: {
        type: 'object',
        required: ['name', 'payload'],
        additionalProperties: false,
        properties: {
          name: { ...NAME, pattern: '^[A-Za-z][A-Za-z0-9_]*$' },
          payload: EXPRESSION,
          fPort: { type: 'integer', minimum: 1, maximum: 223 },
          confirmed: { type: 'boolean' },
          deadlineS: { type: 'number', exclusiveMinimum: 0, maximum: 604_800 },
          done: EXPRESSION,
        },
      },
    },
    entities: entitiesOf({ ...ATTRIBUTE, silent: { type: ['string', 'number', 'boolean'] } }),
  },
} as const;
