import { isStatic } from '@alzette/kit/expressions';
import type { Entity } from '@alzette/ngsi-ld-schemas';
import { mapAttribute } from './attribute.ts';
import type { AttributeMapping, Device, DeviceProfile } from './device-profile.ts';
import type { CompiledAttribute } from './entity-mapper.ts';
import { compiledAt, MappingError, mapEntities } from './entity-mapper.ts';

/**
 * The changes of a device's entities when it falls silent at `observedAt`; none if its profile defines nothing for
 * silence.
 *
 * @throws MappingError the id is not a URI
 */
export type SilenceMapper = (device: Device, observedAt: string) => Entity[];

/** Compiles a profile's definitions for silence. @throws MappingError names the invalid member */
export function compileSilence({ entities }: Pick<DeviceProfile, 'entities'>): SilenceMapper {
  const mappings = entities.flatMap(({ id, type, attributes }, at) => {
    const silent = attributes.flatMap((attribute, index) =>
      silentAttribute(attribute, `entities[${at}].attributes[${index}]`),
    );
    if (silent.length === 0) return [];
    if (!isStatic(id)) {
      throw new MappingError(
        `entities[${at}].id is "${id}", expected an expression on device alone, because there is no frame during silence`,
      );
    }
    return [{ type, id: compiledAt(id, `entities[${at}].id`), attributes: silent }];
  });
  return (device, observedAt) => {
    const times = { observedAt, receivedAt: observedAt };
    return mapEntities(mappings, { device }, times, false).entities;
  };
}

function silentAttribute(attribute: AttributeMapping, where: string): CompiledAttribute[] {
  const { name, value, silent } = attribute;
  if (silent === undefined) return [];
  if (isStatic(value)) {
    throw new MappingError(
      `${where}.value is "${value}", expected one from frames, because ${name} has a value for silence`,
    );
  }
  const mapped = mapAttribute(attribute, silent, undefined);
  if (mapped !== undefined && 'dropped' in mapped) throw new MappingError(`${where}.silent: ${mapped.dropped}`);
  return [{ name, value: () => silent, static: false, make: (given, at) => mapAttribute(attribute, given, at) }];
}
