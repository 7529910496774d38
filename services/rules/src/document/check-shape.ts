import type { Attribute } from '@alzette/ngsi-ld-schemas/models';
import { nearest } from '@alzette/ngsi-ld-schemas/validation/nearest';
import type { ErrorObject, ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { error, type Finding } from './finding.ts';

type JsonSchema = Attribute['schema'];

const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true, verbose: true, strict: false });
const compiled = new WeakMap<JsonSchema, ValidateFunction>();

/** The violations of a schema by a value, by member. @param member the value's own path, e.g. `when.all[0]` */
export function checkShape(schema: JsonSchema, value: unknown, member: string): Finding[] {
  const validate = compiled.get(schema) ?? ajv.compile(schema);
  compiled.set(schema, validate);
  if (validate(value)) return [];
  // For a choice, only the mismatch with all alternatives is reported.
  const errors = (validate.errors ?? []).filter(({ schemaPath }) => !/\/(anyOf|oneOf)\/\d+\//.test(schemaPath));
  return errors.map((each) => findingOf(each, member));
}

function findingOf(
  { instancePath, keyword, params, data, message, parentSchema }: ErrorObject,
  member: string,
): Finding {
  const place = memberAt(member, instancePath);
  switch (keyword) {
    case 'additionalProperties': {
      const known = Object.keys((parentSchema as { properties?: object }).properties ?? {});
      const name = String(params.additionalProperty);
      return error(join(place, name), name, `a member of that name: one of ${known.join(', ')}`, nearest(name, known));
    }
    case 'required':
      return error(join(place, String(params.missingProperty)), undefined, 'a value');
    case 'enum': {
      const allowed = (params.allowedValues as unknown[]).map(String);
      return error(place, data, `one of ${allowed.join(', ')}`, nearest(String(data), allowed));
    }
    case 'const':
      return error(place, data, JSON.stringify(params.allowedValue));
    case 'pattern': {
      const { description } = parentSchema as { description?: string };
      return error(place, data, description ?? `text like ${String(params.pattern)}`);
    }
    case 'anyOf':
    case 'oneOf':
      return error(place, data, 'one of the shapes that the schema names');
    default:
      return error(place, data, (message ?? 'something else').replace(/^must /, 'what must '));
  }
}

/** Appends a JSON pointer to a member: `when` and `/all/0/attr` become `when.all[0].attr`. */
function memberAt(member: string, pointer: string): string {
  const parts = pointer.split('/').slice(1);
  return parts.reduce((path, part) => (/^\d+$/.test(part) ? `${path}[${part}]` : join(path, part)), member);
}

export function join(member: string, name: string): string {
  return member === '' ? name : `${member}.${name}`;
}
