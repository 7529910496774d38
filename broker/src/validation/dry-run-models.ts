import type { Model } from '@alzette/ngsi-ld-schemas/models';
import { type Box, checkWellFormed, type Issue, validate } from '@alzette/ngsi-ld-schemas/validation';
import { isAttributeKind } from '../model/attribute-kinds.ts';
import type { NameExpander } from '../model/names.ts';
import { isJsonObject, type JsonObject } from '../model/values.ts';
import type { Models } from './models.ts';
import { attributeNames } from './validation-names.ts';

const KEPT: ReadonlySet<string> = new Set(['id', 'type', 'scope', '@context', 'createdAt', 'modifiedAt', 'expiresAt']);

/** The validation result for an entity, whatever the policy; nothing is written. The @context has been removed. */
export function dryRun(
  tenant: string,
  entity: JsonObject,
  names: NameExpander,
  models: Models,
  territory?: Box,
): Issue[] {
  const normalized = Object.entries(entity).some(
    ([name, attribute]) => !KEPT.has(name) && isJsonObject(attribute) && isAttributeKind(attribute.type),
  );
  const issues = normalized ? checkWellFormed(entity) : [];
  for (const type of [entity.type].flat()) {
    if (typeof type !== 'string') continue;
    const ready = models.find(tenant, names.type(type));
    if (ready === undefined) {
      issues.push({ code: 'TYPE_UNKNOWN', severity: 'warning', path: '/type', got: type });
      continue;
    }
    const { model, check } = ready;
    issues.push(...validate(inModelNames(entity, names, model), model, check, { ...(territory && { territory }) }));
  }
  return issues;
}

function inModelNames(entity: JsonObject, names: NameExpander, model: Model): JsonObject {
  const nameOf = attributeNames(model);
  return Object.fromEntries(
    Object.entries(entity).map(([term, value]) => [
      KEPT.has(term) ? term : (nameOf(names.attribute(term)) ?? term),
      value,
    ]),
  );
}
