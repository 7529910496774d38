import type { Entity } from '@alzette/ngsi-ld-schemas';
import { useAnswer } from '@alzette/web/asking';
import { computed } from 'vue';
import { useBroker } from '../../../broker/broker.ts';
import { isObject, readAttribute } from '../../../entities/attribute.ts';
import { KNOWN_LAYERS, type ShownLayer } from '../../../entities/known-layers.ts';
import type { LanguageMap } from '../../../i18n/in-language.ts';

/** Layers that users create are entities of this type, shared with everybody who may read them. */
export const LAYER_TYPE = 'MapLayer';
const MOST = 17;

/** The layers of the map: those of the known types, and those that users created. */
export function useLayers() {
  const broker = useBroker();
  const request = useAnswer('map/layers', async (signal) => {
    const { entities } = await broker.queryEntities({ type: LAYER_TYPE, format: 'concise', limit: MOST, signal });
    return entities.flatMap((entity) => layerOf(entity) ?? []);
  });
  const made = computed(() => request.data.value ?? []);
  const layers = computed<readonly ShownLayer[]>(() => {
    const others = made.value.filter(({ layer }) => KNOWN_LAYERS.every((known) => known.layer.type !== layer.type));
    return others.length === 0 ? KNOWN_LAYERS : [...KNOWN_LAYERS, ...others];
  });

  async function save(shown: ShownLayer): Promise<void> {
    await broker.batchUpsert([entityOf(shown)]);
    await request.reload();
  }

  async function remove(id: string): Promise<void> {
    await broker.deleteEntity(id);
    await request.reload();
  }

  return { layers, made, save, remove };
}

function entityOf({ id, layer, title, colours, titles }: ShownLayer): Entity {
  return {
    id: id ?? `urn:ngsi-ld:MapLayer:${layer.type.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`,
    type: LAYER_TYPE,
    name:
      typeof title === 'object'
        ? { type: 'LanguageProperty', languageMap: title }
        : { type: 'Property', value: title ?? layer.type },
    definition: { type: 'JsonProperty', json: { layer, colours, titles } },
  };
}

/** Undefined: this version of the portal cannot draw the layer. */
function layerOf(entity: Entity): ShownLayer | undefined {
  const { definition } = entity;
  const value = isObject(definition) && 'json' in definition ? definition.json : readAttribute(definition).value;
  const title = readAttribute(entity.name).value;
  if (!isObject(value) || !isObject(value.layer)) return undefined;
  const { layer, colours, titles } = value as unknown as ShownLayer;
  if (typeof layer.type !== 'string' || !Array.isArray(layer.classes)) return undefined;
  return {
    id: entity.id,
    layer,
    title: typeof title === 'string' || isObject(title) ? (title as string | LanguageMap) : layer.type,
    ...(isObject(colours) && { colours: colours as Record<string, string> }),
    ...(isObject(titles) && { titles: titles as Record<string, string> }),
  };
}
