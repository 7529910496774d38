import type { Expression } from '@alzette/kit/expressions';
import type { Entity } from '@alzette/ngsi-ld-schemas';
import { plausibleTime } from '../frames/frame-values.ts';
import { utcTime } from '../frames/json-values.ts';
import type { CompiledAttribute, CompiledMapping, Mapped } from '../mapping/entity-mapper.ts';
import { compiledAt, evaluated, MappingError, mapEntities } from '../mapping/entity-mapper.ts';
import type { AgentAttribute, AgentMetadata, EffectiveConfig } from './agent-config.ts';
import { entityUrn } from './agent-config.ts';
import { declaredMapper, mapDeclared } from './declared-type.ts';
import type { Measures } from './measures.ts';

/** Maps one group of measures to entities. @throws MappingError */
export type MeasureMapper = (measures: Measures, receivedAt: string, withStatic: boolean) => Mapped;

type Names = readonly (string | { readonly object_id?: string; readonly name?: string })[];

/**
 * Compiles FIWARE's configuration to a mapper. @throws MappingError names the invalid expression
 * Longer than 80 lines: short functions that share the state at its top.
 */
export function compileConfig(config: EffectiveConfig): MeasureMapper {
  const own: CompiledAttribute[] = [];
  const others = new Map<string, { mapping: CompiledMapping; attributes: CompiledAttribute[] }>();
  for (const [at, attribute] of config.attributes.entries()) {
    const compiled = compileAttribute(attribute, `attributes[${at}]`);
    const { entity_name: name, entity_type: type = config.entityType } = attribute;
    if (name === undefined) {
      own.push(compiled);
      continue;
    }
    const key = `${type} ${name}`;
    let other = others.get(key);
    if (other === undefined) {
      const attributes: CompiledAttribute[] = [];
      const id = otherId(name, type);
      other = { attributes, mapping: { type, id, attributes } };
      others.set(key, other);
    }
    other.attributes.push(compiled);
  }
  for (const { name, type, value, metadata } of config.staticAttributes) {
    own.push({
      name,
      value: () => value,
      static: true,
      lenient: true,
      make: declaredMapper({ name, type, ...unitOf(metadata) }),
      ...subAttributesOf(metadata, name),
    });
  }
  const idOf = mainId(config);
  const mappings = [
    { type: config.entityType, id: idOf, attributes: own },
    ...[...others.values()].map(({ mapping }) => mapping),
  ];
  const explicit =
    typeof config.explicitAttrs === 'string' ? compiledAt(config.explicitAttrs, 'explicitAttrs') : config.explicitAttrs;
  const declared = new Set(config.attributes.flatMap(({ object_id, name }) => [object_id ?? name, name]));
  const statics = Object.fromEntries(config.staticAttributes.map(({ name, value }) => [name, value]));

  return (measures, receivedAt, withStatic) => {
    const { TimeInstant } = measures;
    const dropped: { message: string; implausible: boolean }[] = [];
    const observedAt = observation(config, TimeInstant, receivedAt, dropped);
    const given: Record<string, unknown> = {};
    const variables: Record<string, unknown> = { ...statics };
    let isAllDeclared = true;
    // A plain loop, because this runs for every measure.
    for (const name in measures) {
      const value = measures[name];
      if (name === 'TimeInstant' || name === '__proto__' || value === null || Number.isNaN(value)) continue;
      given[name] = value;
      variables[name] = value;
      if (!declared.has(name)) isAllDeclared = false;
    }
    if (given.id !== undefined) variables.measure_id = given.id;
    if (given.type !== undefined) variables.measure_type = given.type;
    variables.id = config.deviceId;
    variables.type = config.entityType;
    variables.service = config.tenant;
    variables.subservice = config.subservice;
    variables.entity_name = config.entityName;
    if (observedAt !== undefined) variables.TimeInstant = observedAt;
    const mapped = mapEntities(mappings, variables, { observedAt, receivedAt }, withStatic);
    for (const one of mapped.dropped) dropped.push(one);
    const chosen = typeof explicit === 'function' ? evaluated(explicit, variables, 'explicitAttrs') : explicit;
    if (Array.isArray(chosen)) {
      keepOnly(mapped.entities, chosen);
      return { entities: mapped.entities.filter((entity) => Object.keys(entity).length > 2), dropped };
    }
    if (chosen !== true && !isAllDeclared) addUndeclared(mapped.entities, given, observedAt);
    return { entities: mapped.entities, dropped };

    function addUndeclared(entities: Entity[], measured: Measures, at: string | undefined): void {
      const id = String(evaluated(idOf, variables, 'entityNameExp'));
      let entity = entities.find((one) => one.id === id);
      for (const [measure, value] of Object.entries(measured)) {
        if (declared.has(measure)) continue;
        const name = measure === 'id' || measure === 'type' ? `measure_${measure}` : measure;
        if (!/^[\p{L}_][\p{L}\p{N}_.-]*$/u.test(name)) {
          dropped.push({ message: `"${name}" is not a valid attribute name`, implausible: false });
          continue;
        }
        const attribute = mapDeclared({ name, type: 'Property' }, value, at);
        if (attribute === undefined || 'dropped' in attribute) continue;
        if (entity === undefined) {
          entity = { id, type: config.entityType };
          entities.push(entity);
        }
        entity[name] = attribute.attribute;
      }
    }
  };

  function keepOnly(entities: Entity[], names: Names): void {
    const kept = new Set(
      names.map((name) =>
        typeof name === 'string'
          ? name
          : (name.name ?? config.attributes.find(({ object_id }) => object_id === name.object_id)?.name),
      ),
    );
    for (const entity of entities) {
      for (const name of Object.keys(entity))
        if (name !== 'id' && name !== 'type' && !kept.has(name)) delete entity[name];
    }
  }
}

function compileAttribute(attribute: AgentAttribute, where: string): CompiledAttribute {
  const { object_id: objectId, name, type, expression, skipValue, metadata } = attribute;
  const value: Expression =
    expression === undefined
      ? (variables) => own(variables, objectId ?? name) ?? own(variables, name)
      : skipping(compiledAt(expression, `${where}.expression`), skipValue);
  return {
    name,
    value,
    static: false,
    lenient: true,
    make: declaredMapper({ name, type, ...unitOf(metadata) }),
    ...subAttributesOf(metadata, where),
  };
}

/** `id` and `type` refer to the device, unless an attribute has that object_id. */
function own(variables: Readonly<Record<string, unknown>>, name: string): unknown {
  return variables[name === 'id' || name === 'type' ? `measure_${name}` : name];
}

function skipping(expression: Expression, skipValue: unknown): Expression {
  if (skipValue === undefined || skipValue === null) return expression;
  return (variables) => {
    const value = expression(variables);
    return value === skipValue ? undefined : value;
  };
}

function mainId(config: EffectiveConfig): Expression {
  if (config.entityNameExp === undefined) return () => config.entityName;
  const expression = compiledAt(config.entityNameExp, 'entityNameExp');
  return (variables) => {
    const name = expression(variables);
    if (name === undefined || name === null || name === '') throw new MappingError('entityNameExp gives no name');
    return entityUrn(config.entityType, String(name));
  };
}

/** A name that is a valid JEXL expression is evaluated, any other is used as it is. */
function otherId(name: string, type: string): Expression {
  let expression: Expression | undefined;
  try {
    expression = /['"+|?[(]/.test(name) ? compiledAt(name, 'entity_name') : undefined;
  } catch {
    // The name only looks like an expression.
  }
  return (variables) => {
    const value = expression === undefined ? name : expression(variables);
    return value === undefined || value === null ? undefined : entityUrn(type, String(value));
  };
}

/** What a configuration says of the entity itself, before there is any measure. */
export function staticAttributes(config: Pick<EffectiveConfig, 'staticAttributes'>): { [name: string]: object } {
  const attributes: { [name: string]: object } = {};
  for (const { name, type, value, metadata } of config.staticAttributes) {
    const mapped = mapDeclared({ name, type, ...unitOf(metadata) }, value, undefined);
    if (mapped !== undefined && 'attribute' in mapped) attributes[name] = mapped.attribute;
  }
  return attributes;
}

function unitOf(metadata: AgentAttribute['metadata']): { unitCode?: string } {
  const unit = metadata?.unitCode?.value;
  return typeof unit === 'string' ? { unitCode: unit } : {};
}

/** Metadata become sub-attributes, except the unit and the time, for which NGSI-LD has members. */
function subAttributesOf(
  metadata: AgentAttribute['metadata'],
  where: string,
): Pick<CompiledAttribute, 'subAttributes'> {
  const items = Object.entries(metadata ?? {}).filter(([name]) => name !== 'unitCode' && name !== 'TimeInstant');
  if (items.length === 0) return {};
  const compiled = items.map(([name, item]) => ({
    name,
    item,
    value: metadataValue(item, `${where}.metadata.${name}`),
  }));
  return {
    subAttributes: (variables) => {
      const members: Record<string, unknown> = {};
      for (const { name, item, value } of compiled) {
        const mapped = mapDeclared({ name, type: item.type ?? 'Property' }, value(variables), undefined);
        if (mapped !== undefined && 'attribute' in mapped) members[name] = mapped.attribute;
      }
      return members;
    },
  };
}

function metadataValue({ value, expression }: AgentMetadata, where: string): Expression {
  return expression === undefined ? () => value : compiledAt(expression, `${where}.expression`);
}

function observation(
  { timestamp }: EffectiveConfig,
  instant: unknown,
  receivedAt: string,
  dropped: { message: string; implausible: boolean }[],
): string | undefined {
  if (instant !== undefined && instant !== null) {
    const given = utcTime(instant);
    if (given !== undefined && plausibleTime(given, receivedAt)) return given;
    const message = `TimeInstant is ${JSON.stringify(instant)?.slice(0, 100)}: the time of reception is used`;
    dropped.push({ message, implausible: false });
    return receivedAt;
  }
  return timestamp ? receivedAt : undefined;
}
