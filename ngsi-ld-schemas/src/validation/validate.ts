import { isJsonObject, type JsonObject } from '../json/json.ts';
import type { Attribute, Model } from '../models/model.ts';
import { ENTITY_MEMBERS, simplify, VALUE_MEMBERS } from '../representation/simplify.ts';
import type { Box } from './box.ts';
import type { SchemaCheck } from './compile.ts';
import type { Issue } from './issue.ts';
import { nearest } from './nearest.ts';
import { schemaIssues } from './schema-issues.ts';
import { checkPositions, checkUnit } from './semantics.ts';
import { shown } from './shown.ts';

export { type Box, boxOf, HOME } from './box.ts';
export type { Issue, IssueCode } from './issue.ts';
export { messageOf } from './messages.ts';
export { checkWellFormed } from './well-formed.ts';

export interface ValidateOptions {
  /** For a fragment: required attributes may be missing. */
  readonly partial?: boolean;
  /** The box of the territory, to report positions outside it whose swapped position is inside. */
  readonly territory?: Box;
}

/**
 * Validates an entity in any of the three representations by its model: schema, kinds, unknown attributes, meaning of
 * values. `checkWellFormed` checks what the API itself refuses.
 */
export function validate(entity: JsonObject, model: Model, check: SchemaCheck, options: ValidateOptions = {}): Issue[] {
  const simplified = fitted(simplify(entity), model);
  const faults = check({ id: 'urn:x', ...simplified, type: model.type });
  const issues = schemaIssues(faults, simplified, model, options.partial === true);
  for (const [name, sent] of Object.entries(entity)) {
    if (ENTITY_MEMBERS.has(name)) continue;
    const attribute = model.attributes[name];
    if (attribute === undefined) issues.push(unknown(name, model));
    else issues.push(...meaning(name, sent, simplified[name], attribute, options.territory));
  }
  return issues;
}

/** The object of a Relationship may be one URI or a list, as the published schema requires. */
function fitted(simplified: Record<string, unknown>, model: Model): Record<string, unknown> {
  for (const [name, value] of Object.entries(simplified)) {
    const attribute = model.attributes[name];
    if (attribute?.kind !== 'Relationship') continue;
    const { many = false } = attribute;
    if (many && !Array.isArray(value)) simplified[name] = [value];
    if (!many && Array.isArray(value)) simplified[name] = value[0];
  }
  return simplified;
}

function unknown(name: string, model: Model): Issue {
  const hint = nearest(name, Object.keys(model.attributes));
  return {
    code: 'UNKNOWN_ATTRIBUTE',
    severity: 'warning',
    attribute: name,
    path: `/${name}`,
    expected: model.type,
    ...(hint !== undefined && { hint }),
  };
}

function meaning(
  name: string,
  sent: unknown,
  value: unknown,
  attribute: Attribute,
  territory: Box | undefined,
): Issue[] {
  const issues: Issue[] = [];
  for (const instance of Array.isArray(sent) ? sent : [sent]) {
    if (!isJsonObject(instance)) continue;
    const { type, unitCode } = instance;
    if (typeof type === 'string' && type in VALUE_MEMBERS && !kindFits(type, attribute)) {
      issues.push({
        code: 'WRONG_KIND',
        severity: attribute.kind === 'GeoProperty' || type === 'GeoProperty' ? 'error' : 'warning',
        attribute: name,
        path: `/${name}/type`,
        got: shown(type),
        expected: attribute.kind,
      });
    }
    if (unitCode !== undefined) issues.push(...checkUnit(name, unitCode, attribute));
  }
  if (attribute.kind === 'GeoProperty') issues.push(...checkPositions(name, value, territory));
  return issues;
}

function kindFits(kind: string, attribute: Attribute): boolean {
  return (
    kind === attribute.kind || (attribute.kind === 'Property' && kind !== 'GeoProperty' && kind !== 'Relationship')
  );
}
