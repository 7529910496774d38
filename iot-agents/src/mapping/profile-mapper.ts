import { isStatic } from '@alzette/kit/expressions';
import type { UplinkFrame } from '../frames/uplink-frame.ts';
import { mapMeasured } from './attribute.ts';
import type { Device, DeviceProfile, EntityMapping } from './device-profile.ts';
import type { CompiledMapping, Mapped } from './entity-mapper.ts';
import { compiledAt, mapEntities } from './entity-mapper.ts';
import { frameVariables } from './frame-variables.ts';
import { compileMoments } from './moments.ts';

/** Maps to normalized entities, with terms as names. `withStatic`: includes static attributes. @throws MappingError */
export type ProfileMapper = (
  device: Device,
  frame: UplinkFrame,
  data: Readonly<Record<string, unknown>>,
  withStatic: boolean,
) => Mapped;

/** Compiles a profile's expressions once. @throws MappingError names the invalid expression */
export function compileProfile(profile: Pick<DeviceProfile, 'entities'>): ProfileMapper {
  const mappings = mappingsOf(profile.entities);
  return (device, frame, data, withStatic) =>
    mapEntities(
      mappings,
      { device, frame: frameVariables(frame), data },
      { observedAt: frame.time, receivedAt: frame.receivedAt },
      withStatic,
    );
}

/** @throws MappingError names the invalid expression */
export function mappingsOf(entities: readonly EntityMapping[]): CompiledMapping[] {
  return entities.map((mapping, at) => ({
    type: mapping.type,
    id: compiledAt(mapping.id, `entities[${at}].id`),
    ...compileMoments(mapping, `entities[${at}]`),
    attributes: mapping.attributes.map((attribute, index) => ({
      name: attribute.name,
      value: compiledAt(attribute.value, `entities[${at}].attributes[${index}].value`),
      static: isStatic(attribute.value),
      make: (value, observedAt) => mapMeasured(attribute, value, observedAt),
    })),
  }));
}
