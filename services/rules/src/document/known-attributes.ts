import { type Attribute, modelOfType, models } from '@alzette/ngsi-ld-schemas/models';
import { convert, UNITS } from '@alzette/ngsi-ld-schemas/units';
import { nearest } from '@alzette/ngsi-ld-schemas/validation/nearest';
import type { Scalar } from '../contract/rule.ts';
import { error, type Finding, warning } from './finding.ts';

/** Attributes that every entity may have, whatever its model says; `anomalyScore` is written by the product. */
const EVERYWHERE = ['location', 'name', 'status', 'anomalyScore'];

/** The attribute in the models of the types; undefined: no model has it, or none of the types has a model. */
export function attributeOf(types: readonly string[], name: string): Attribute | undefined {
  for (const type of types) {
    const found = modelOfType(type)?.attributes[name];
    if (found !== undefined) return found;
  }
  return undefined;
}

export function checkTypes(types: readonly string[]): Finding[] {
  return types.flatMap((type, i) => {
    if (modelOfType(type) !== undefined) return [];
    const meant = nearest(
      type,
      models.map((model) => model.type),
    );
    const finding = meant === undefined ? warning : error;
    return [finding(`scope.types[${i}]`, type, 'a type that a model describes', meant)];
  });
}

/**
 * Checks that the types have the attribute. A name similar to an existing one is an error; another unknown name is a
 * warning.
 */
export function checkAttribute(types: readonly string[], name: string, member: string): Finding[] {
  const known = types.flatMap((type) => modelOfType(type) ?? []);
  if (known.length === 0 || attributeOf(types, name) !== undefined || EVERYWHERE.includes(name)) return [];
  const names = known.flatMap(({ attributes }) => Object.keys(attributes));
  const meant = nearest(name, names);
  const expected = `an attribute of ${types.join(' or ')}`;
  return [meant === undefined ? warning(member, name, expected) : error(member, name, expected, meant)];
}

/** Checks that the attribute can have the value: kind, enumeration, bounds. */
export function checkValue(
  attribute: Attribute | undefined,
  value: Scalar,
  unit: string | undefined,
  member: string,
): Finding[] {
  if (attribute === undefined) return [];
  const { values, open = false, schema, unit: own } = attribute;
  if (values !== undefined && !values.includes(value as string | number)) {
    const meant = nearest(String(value), values.map(String));
    const finding = open && meant === undefined ? warning : error;
    return [finding(member, value, `one of ${values.join(', ')}`, meant)];
  }
  const kind = schema.type;
  const isNumeric = kind === 'number' || kind === 'integer';
  if (isNumeric && typeof value !== 'number') return [error(member, value, 'a number')];
  if (kind === 'string' && typeof value === 'number') return [error(member, value, 'text')];
  if (kind === 'boolean' && typeof value !== 'boolean') return [error(member, value, 'true or false')];
  if (!isNumeric || typeof value !== 'number') return [];
  const kept = unit === undefined || own === undefined ? value : (convert(value, unit, own) ?? value);
  const { minimum, maximum } = schema as { minimum?: number; maximum?: number };
  if ((minimum === undefined || kept >= minimum) && (maximum === undefined || kept <= maximum)) return [];
  const expected = `a value from ${minimum ?? 'any'} to ${maximum ?? 'any'}${own === undefined ? '' : ` (${unitText(own)})`}`;
  const isPercentage = maximum === 1 && unit === undefined && value > 1 && value <= 100;
  const bounds = { ...(minimum !== undefined && { from: minimum }), ...(maximum !== undefined && { to: maximum }) };
  const finding = error(member, value, expected, isPercentage ? `${value / 100}, or the unit P1 (%)` : undefined);
  return [{ ...finding, bounds }];
}

/** Checks that numbers in a unit can be converted to the unit of the attribute. */
export function checkUnit(attribute: Attribute | undefined, unit: string | undefined, member: string): Finding[] {
  if (unit === undefined) return [];
  const known = UNITS.get(unit);
  if (known === undefined) {
    return [error(member, unit, 'the UN/CEFACT common code of a unit', nearest(unit, UNITS.keys()))];
  }
  if (attribute === undefined) return [];
  if (attribute.unit === undefined) return [warning(member, unit, 'none: the model gives the attribute no unit')];
  const own = UNITS.get(attribute.unit);
  if (own === undefined || own.dimension === known.dimension) return [];
  return [error(member, unit, `a unit of ${own.dimension}, such as ${unitText(attribute.unit)}`)];
}

function unitText(code: string): string {
  const symbol = UNITS.get(code)?.symbol;
  return symbol ? `${code}, ${symbol}` : code;
}
