import type { Expression } from '@alzette/kit/expressions';
import { compileExpression } from '@alzette/kit/expressions';
import type { Entity } from '@alzette/ngsi-ld-schemas';
import type { MappedAttribute } from './attribute.ts';
import { isUri } from './attribute.ts';

/** The frame can't be mapped with the current profile. */
export class MappingError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'MappingError';
  }
}

export interface Mapped {
  readonly entities: Entity[];
  /** Implausible values that were left out; `implausible` ones are out of range. */
  readonly dropped: readonly { readonly message: string; readonly implausible: boolean }[];
}

/** The compiled form of a profile or a FIWARE configuration. */
export interface CompiledMapping {
  readonly type: string;
  /** The entity is never left out. */
  readonly id: Expression;
  /** The updates in a message; absent: one, with the message's own time. */
  readonly moments?: (variables: Readonly<Record<string, unknown>>, times: MessageTimes) => Moments;
  readonly attributes: readonly CompiledAttribute[];
}

export interface CompiledAttribute {
  readonly name: string;
  readonly value: Expression;
  /** The same in every frame: written occasionally, without `observedAt`. */
  readonly static: boolean;
  readonly make: (value: unknown, observedAt: string | undefined) => MappedAttribute;
  /** Members in addition to the value. */
  readonly subAttributes?: (variables: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;
  /** If it fails, only this attribute is left out, not the frame. Later expressions can use its value by its name. */
  readonly lenient?: boolean;
}

/** The time of a message and its reception. */
interface MessageTimes {
  readonly observedAt: string | undefined;
  readonly receivedAt: string;
}

type Dropped = { message: string; implausible: boolean }[];

/** The variables of expressions with their time; oldest first. */
interface Moments {
  readonly moments: readonly {
    readonly variables: Record<string, unknown>;
    readonly observedAt: string | undefined;
  }[];
  readonly dropped: Mapped['dropped'];
}

/** Maps variables to entities. Lenient values are written into `variables`. @throws MappingError */
export function mapEntities(
  mappings: readonly CompiledMapping[],
  variables: Record<string, unknown>,
  times: MessageTimes,
  withStatic: boolean,
): Mapped {
  const entities: Entity[] = [];
  const dropped: Dropped = [];
  for (const mapping of mappings) {
    if (mapping.moments === undefined) {
      const entity = mapEntity(mapping, variables, times.observedAt, withStatic, dropped);
      if (entity !== undefined) entities.push(entity);
      continue;
    }
    const found = mapping.moments(variables, times);
    dropped.push(...found.dropped);
    for (const moment of found.moments) {
      const entity = mapEntity(mapping, moment.variables, moment.observedAt, withStatic, dropped);
      if (entity !== undefined) entities.push(entity);
    }
  }
  return { entities, dropped };
}

function mapEntity(
  { id: idOf, type, attributes }: CompiledMapping,
  variables: Record<string, unknown>,
  observedAt: string | undefined,
  withStatic: boolean,
  dropped: Dropped,
): Entity | undefined {
  const id = evaluated(idOf, variables, `the id of ${type}`);
  if (id === undefined || id === null) return undefined;
  if (!isUri(id)) throw new MappingError(`the id of ${type} is ${JSON.stringify(id)}, expected a URI`);
  const entity: Entity = { id, type };
  let any = false;
  for (const attribute of attributes) {
    if (attribute.static && !withStatic) continue;
    try {
      const value = evaluated(attribute.value, variables, attribute.name);
      if (attribute.lenient && value !== undefined && value !== null) variables[attribute.name] = value;
      const mapped = attribute.make(value, attribute.static ? undefined : observedAt);
      if (mapped === undefined) continue;
      if ('dropped' in mapped) {
        dropped.push({ message: mapped.dropped, implausible: mapped.implausible });
        continue;
      }
      entity[attribute.name] =
        attribute.subAttributes === undefined
          ? mapped.attribute
          : { ...mapped.attribute, ...attribute.subAttributes(variables) };
      any = true;
    } catch (cause) {
      if (attribute.lenient !== true || !(cause instanceof MappingError)) throw cause;
      dropped.push({ message: cause.message, implausible: false });
    }
  }
  return any ? entity : undefined;
}

/** @throws MappingError names the location of the invalid expression */
export function compiledAt(text: string, where: string): Expression {
  try {
    return compileExpression(text);
  } catch (cause) {
    throw new MappingError(`${where}: "${text}" is not a JEXL expression: ${messageOf(cause)}`, { cause });
  }
}

export function evaluated(expression: Expression, variables: Readonly<Record<string, unknown>>, what: string): unknown {
  try {
    return expression(variables);
  } catch (cause) {
    throw new MappingError(`${what}: ${messageOf(cause)}`, { cause });
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
