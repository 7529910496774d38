import { ACTIONS } from './principal.ts';

const TEXTS = { type: 'array', items: { type: 'string', maxLength: 1000 }, minItems: 1, maxItems: 500 };
const TEXT = { type: 'string', minLength: 1, maxLength: 1000 };

/** The JSON Schema of a policy. What no schema can say is checked by `parsePolicy`. */
export const POLICY_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['id', 'who', 'may'],
  properties: {
    id: { type: 'string', pattern: '^[A-Za-z0-9_.:-]{1,128}$' },
    title: TEXT,
    who: {
      type: 'object',
      additionalProperties: false,
      minProperties: 1,
      properties: {
        roles: TEXTS,
        groups: TEXTS,
        clients: TEXTS,
        organisations: TEXTS,
        subjects: TEXTS,
        issuers: TEXTS,
        anyone: { const: true },
        signedIn: { const: true },
      },
    },
    may: { type: 'array', items: { enum: ACTIONS }, minItems: 1, maxItems: 500 },
    delegable: { type: 'boolean' },
    tenants: TEXTS,
    types: TEXTS,
    ids: TEXTS,
    idPattern: TEXT,
    scopeQ: TEXT,
    attributes: TEXTS,
    exceptAttributes: TEXTS,
    area: {
      type: 'object',
      additionalProperties: false,
      required: ['type', 'coordinates'],
      properties: { type: { enum: ['Polygon', 'MultiPolygon'] }, coordinates: { type: 'array' } },
    },
  },
};
