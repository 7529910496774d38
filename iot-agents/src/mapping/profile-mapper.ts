import type { Entity } from '@alzette/ngsi-ld-schemas';
import type { AttributeMapping, Device, DeviceProfile } from '../devices/device.ts';
import type { UplinkFrame } from '../transports/uplink-frame.ts';
import { isUri, mapAttribute } from './attribute.ts';
import type { Expression, ExpressionVariables } from './expression.ts';
import { compileExpression, isStatic } from './expression.ts';
import { frameVariables } from './frame-variables.ts';

/** The frame can't become entities as the profile stands. */
export class MappingError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'MappingError';
  }
}

export interface Mapped {
  readonly entities: Entity[];
  /** Values that were left out because they can't be true; `implausible` ones lie outside their range. */
  readonly dropped: readonly { readonly message: string; readonly implausible: boolean }[];
}

/** Normalized entities, names as terms. `withStatic`: also the attributes that are the same in every frame. @throws MappingError */
export type ProfileMapper = (
  device: Device,
  frame: UplinkFrame,
  data: Readonly<Record<string, unknown>>,
  withStatic: boolean,
) => Mapped;

interface CompiledAttribute extends AttributeMapping {
  readonly expression: Expression;
  readonly static: boolean;
}

/** Compiles a profile's expressions once. @throws MappingError naming the expression that is wrong */
export function compileProfile(profile: Pick<DeviceProfile, 'entities'>): ProfileMapper {
  const mappings = profile.entities.map((mapping, at) => ({
    type: mapping.type,
    id: compiled(mapping.id, `entities[${at}].id`),
    attributes: mapping.attributes.map(
      (attribute, index): CompiledAttribute => ({
        ...attribute,
        expression: compiled(attribute.value, `entities[${at}].attributes[${index}].value`),
        static: isStatic(attribute.value),
      }),
    ),
  }));

  return (device, frame, data, withStatic) => {
    const variables: ExpressionVariables = { device, frame: frameVariables(frame), data };
    const entities: Entity[] = [];
    const dropped: { message: string; implausible: boolean }[] = [];
    for (const mapping of mappings) {
      const id = evaluated(mapping.id, variables, `the id of ${mapping.type}`);
      if (id === undefined || id === null) continue;
      if (!isUri(id)) throw new MappingError(`the id of ${mapping.type} is ${JSON.stringify(id)}, expected a URI`);
      const entity: Entity = { id, type: mapping.type };
      let any = false;
      for (const attribute of mapping.attributes) {
        if (attribute.static && !withStatic) continue;
        const value = evaluated(attribute.expression, variables, attribute.name);
        const mapped = mapAttribute(attribute, value, attribute.static ? undefined : frame.time);
        if (mapped === undefined) continue;
        if ('dropped' in mapped) {
          dropped.push({ message: mapped.dropped, implausible: mapped.implausible });
          continue;
        }
        entity[attribute.name] = mapped.attribute;
        any = true;
      }
      if (any) entities.push(entity);
    }
    return { entities, dropped };
  };
}

function compiled(text: string, where: string): Expression {
  try {
    return compileExpression(text);
  } catch (cause) {
    throw new MappingError(`${where}: "${text}" is no JEXL expression: ${messageOf(cause)}`, { cause });
  }
}

function evaluated(expression: Expression, variables: ExpressionVariables, what: string): unknown {
  try {
    return expression(variables);
  } catch (cause) {
    throw new MappingError(`${what}: ${messageOf(cause)}`, { cause });
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
