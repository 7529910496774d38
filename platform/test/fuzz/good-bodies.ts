import type { Value } from '../../../broker/test/fuzz/hostile-values.ts';
import type { Random } from '../../../broker/test/fuzz/random.ts';

/** The descriptions of bodies in `/openapi.json`. */
interface OpenApi {
  readonly paths: {
    readonly [path: string]: { readonly [method: string]: { readonly requestBody?: { readonly content: Content } } };
  };
  readonly components: { readonly schemas: { readonly [name: string]: Schema } };
}

type Content = { readonly [type: string]: { readonly example?: Value; readonly schema?: Schema } };

export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: Value;
  readonly enum?: readonly Value[];
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly properties?: { readonly [name: string]: Schema };
  readonly required?: readonly string[];
  /** False after `prefixItems`: there are no others. */
  readonly items?: Schema | boolean;
  readonly prefixItems?: readonly Schema[];
  readonly minItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly format?: string;
  readonly pattern?: string;
}

/** Generates a valid body for an operation; undefined: none is known. */
export type GoodBody = (random: Random, operation: string) => Value | undefined;

/**
 * Operations whose valid bodies would change the run (policies, limits, quotas), or register slow external sources:
 * they get only invalid bodies.
 */
const CHANGES_THE_RUN =
  /^\w+ (?:\/ops\/access\/(?:policies|limits)|\/ops\/tenants|\/ops\/validation|\/ngsi-ld\/v1\/csourceRegistrations)/;

/** The host of endpoints, where nothing listens. */
export const ENDPOINT_HOST = '127.0.0.9';

/** Bodies from the examples of the documentation, or else from its schemas. */
export function goodBodies(document: OpenApi): GoodBody {
  const { paths, components } = JSON.parse(
    JSON.stringify(document).replaceAll('https://example.org/notify', `http://${ENDPOINT_HOST}:9/notify`),
  ) as OpenApi;
  const bodies = new Map<string, { readonly example?: Value; readonly schema?: Schema }>(Object.entries(BODIES));
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, { requestBody }] of Object.entries(methods)) {
      const body = requestBody?.content['application/json'];
      if (body !== undefined) bodies.set(keyOf(`${method.toUpperCase()} ${path}`), body);
    }
  }
  return (random, operation) => {
    const body = CHANGES_THE_RUN.test(operation) ? undefined : bodies.get(keyOf(operation));
    if (body?.example !== undefined) return body.example;
    return body?.schema && madeOf(random, body.schema, components.schemas, 0);
  };
}

/** Parameters have different names in some places. */
function keyOf(operation: string): string {
  return operation.replaceAll(/\{\w+\}/g, '{}');
}

const LAMP_MEASURES = { d: 20, s: 'on' };

/** Bodies of routes without a description, from other specifications. */
const BODIES: { readonly [operation: string]: { readonly example: Value } } = {
  'POST /iot/services': {
    example: { services: [{ apikey: 'fuzz', resource: '/iot/json', entity_type: 'Lamp', cbroker: 'http://x:1' }] },
  },
  'POST /iot/devices': {
    example: { devices: [{ device_id: 'fuzz1', entity_name: 'urn:ngsi-ld:Lamp:fuzz1', entity_type: 'Lamp' }] },
  },
  'POST /iot/json': { example: LAMP_MEASURES },
  'POST /iot/lns': {
    example: { deduplicationId: 'x', deviceInfo: { devEui: '0101010101010101' }, fCnt: 1, fPort: 1, data: 'AQ==' },
  },
  'POST /ngsi-ld/ex/remote-notify': {
    example: { id: 'urn:ngsi-ld:Notification:1', type: 'Notification', data: [{ id: 'urn:x:1', type: 'Lamp' }] },
  },
};

const DEEPEST = 6;

/** A value that is valid by its schema, except that texts may miss a pattern. */
export function madeOf(random: Random, schema: Schema, named: OpenApi['components']['schemas'] = {}, depth = 0): Value {
  const { $ref, properties, required = [], items } = schema;
  if ($ref !== undefined) return madeOf(random, named[$ref.split('/').at(-1) ?? ''] ?? {}, named, depth + 1);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return random.pick(schema.enum);
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices !== undefined) return madeOf(random, random.pick(choices), named, depth + 1);
  if (schema.allOf?.[0] !== undefined) return madeOf(random, schema.allOf[0], named, depth + 1);
  const type = Array.isArray(schema.type) ? schema.type[0] : (schema.type ?? (properties ? 'object' : 'string'));
  switch (type) {
    case 'object': {
      const members = Object.entries(properties ?? {}).filter(
        ([name]) => required.includes(name) || (depth < DEEPEST && random.chance(0.5)),
      );
      return Object.fromEntries(members.map(([name, member]) => [name, madeOf(random, member, named, depth + 1)]));
    }
    case 'array': {
      if (schema.prefixItems) return schema.prefixItems.map((item) => madeOf(random, item, named, depth + 1));
      const least = schema.minItems ?? 0;
      if (depth >= DEEPEST && least === 0) return [];
      return random.several(least, least + 2, () =>
        madeOf(random, typeof items === 'object' ? items : {}, named, depth + 1),
      );
    }
    case 'integer':
    case 'number':
      return schema.minimum ?? Math.min(1, schema.maximum ?? 1);
    case 'boolean':
      return random.chance(0.5);
    case 'null':
      return null;
    default:
      return textOf(schema).padEnd(schema.minLength ?? 0, 'x');
  }
}

/** One of these texts usually matches our patterns. */
const TEXTS: readonly string[] = [
  'fuzz',
  '12:00',
  'fr',
  'news:fuzz',
  'ABCDEFGHIJ',
  'fuzz-fuzz-fuzz-fuzz',
  'urn:ngsi-ld:Alert:fuzz',
  'urn:ngsi-ld:WorkOrder:fuzz',
  '0123456789abcdef0123456789abcdef',
];

function textOf({ format, pattern }: Schema): string {
  if (pattern !== undefined) {
    const asked = new RegExp(pattern, 'u');
    return TEXTS.find((text) => asked.test(text)) ?? 'fuzz';
  }
  switch (format) {
    case 'date-time':
      return '2026-11-28T12:00:00Z';
    case 'date':
      return '2026-11-28';
    case 'time':
      return '12:00';
    case 'uri':
      return 'urn:x:lamp-of-alpha';
    case 'email':
      return 'someone@example.org';
    case 'uuid':
      return '0190a0a0-0000-7000-8000-000000000000';
    default:
      return 'fuzz';
  }
}
