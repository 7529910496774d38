import type { Model } from '@alzette/ngsi-ld-schemas/models';
import { convert } from '@alzette/ngsi-ld-schemas/units';
import type { AttributeInstance, Entity } from '../model/entity.ts';
import { attributeNames, lastName } from './validation-names.ts';

const MEMBERS: { readonly [kind: string]: string } = {
  Relationship: 'object',
  LanguageProperty: 'languageMap',
  VocabProperty: 'vocab',
  JsonProperty: 'json',
  ListProperty: 'valueList',
};

/** The changed attributes, with the model's names and in normalized form. */
export function changedView(before: Entity | undefined, after: Entity, model: Model): Record<string, unknown> {
  const nameOf = attributeNames(model);
  const view: Record<string, unknown> = { id: after.id, type: model.type };
  for (const [iri, instances] of Object.entries(after.attributes)) {
    if (before?.attributes[iri] === instances) continue;
    view[nameOf(iri) ?? lastName(iri)] = instances.length === 1 ? normal(instances[0]) : instances.map(normal);
  }
  return view;
}

function normal(instance: AttributeInstance | undefined): Record<string, unknown> {
  const { type = 'Property', value, unitCode } = instance ?? {};
  if (type === 'ListRelationship') return { type, objectList: [value].flat().map((object) => ({ object })) };
  return { type, [MEMBERS[type] ?? 'value']: value, ...(unitCode !== undefined && { unitCode }) };
}

/**
 * The entity with every number converted to the model's unit, if another convertible unit was given (UN/CEFACT Rec.
 * 20).
 */
export function inModelUnits(before: Entity | undefined, after: Entity, model: Model): Entity {
  const nameOf = attributeNames(model);
  let attributes: Record<string, readonly AttributeInstance[]> | undefined;
  for (const [iri, instances] of Object.entries(after.attributes)) {
    if (before?.attributes[iri] === instances) continue;
    const unit = model.attributes[nameOf(iri) ?? '']?.unit;
    if (unit === undefined) continue;
    const converted = instances.map((instance) => inUnit(instance, unit));
    if (converted.every((instance, index) => instance === instances[index])) continue;
    attributes ??= { ...after.attributes };
    attributes[iri] = converted;
  }
  return attributes === undefined ? after : { ...after, attributes };
}

function inUnit(instance: AttributeInstance, unit: string): AttributeInstance {
  const { value, unitCode } = instance;
  if (typeof value !== 'number' || unitCode === undefined || unitCode === unit) return instance;
  const converted = convert(value, unitCode, unit);
  return converted === undefined ? instance : { ...instance, value: converted, unitCode: unit };
}
