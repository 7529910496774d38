import { RE2JS } from 're2js';
import type { SchemaFaults } from '../contract/contract.ts';
import type { TableField, TableSchema } from '../contract/definition.ts';

interface Row {
  readonly id: string;
  readonly properties: { readonly [name: string]: Value };
}

const MAX_REPORTED = 20;

/** Counts the rows that violate a schema. */
export function schemaChecker({ fields }: TableSchema) {
  const checks = fields.map((field) => ({ field, pattern: patternOf(field) }));
  const first: string[] = [];
  let rows = 0;
  return {
    check({ id, properties }: Row): void {
      const faults = checks.flatMap(({ field, pattern }) => faultOf(field, pattern, properties[field.name]) ?? []);
      if (faults.length === 0) return;
      rows += 1;
      if (first.length < MAX_REPORTED) first.push(`${id}: ${faults.join('; ')}`);
    },
    faults: (): SchemaFaults => ({ rows, first }),
  };
}

type Value = string | number | boolean | undefined;

function faultOf({ name, type = 'string', constraints = {} }: TableField, pattern: RE2JS | undefined, value: Value) {
  if (value === undefined) return constraints.required ? `${name} is missing` : undefined;
  if ((type === 'number' || type === 'integer') && typeof value !== 'number') return `${name} is no number: ${value}`;
  if (type === 'integer' && !Number.isInteger(value)) return `${name} is no whole number: ${value}`;
  if (type === 'boolean' && typeof value !== 'boolean') return `${name} is neither true nor false: ${value}`;
  if (pattern && !pattern.matches(String(value))) return `${name} does not match ${pattern.pattern()}: ${value}`;
  const { minimum, maximum, minLength, maxLength } = constraints;
  if (typeof value === 'number' && (value < (minimum ?? value) || value > (maximum ?? value))) {
    return `${name} is out of range: ${value}`;
  }
  if (typeof value === 'string' && (value.length < (minLength ?? 0) || value.length > (maxLength ?? value.length))) {
    return `${name} is too short or too long: ${value}`;
  }
  if (constraints.enum && !constraints.enum.includes(value)) return `${name} is none of the values allowed: ${value}`;
  return undefined;
}

/** @throws Error: RE2 does not accept the regular expression */
export function patternOf({ constraints }: TableField): RE2JS | undefined {
  return constraints?.pattern === undefined ? undefined : RE2JS.compile(constraints.pattern);
}
