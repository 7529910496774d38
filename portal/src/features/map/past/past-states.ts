import { classOf, type MapLayer } from '@alzette/ngsi-ld-schemas/map';
import { standard } from '../../../broker/operations.ts';
import { isObject } from '../../../entities/attribute.ts';
import type { ShownLayer } from '../../../entities/known-layers.ts';
import type { MapItem } from '../../../entities/map-item.ts';

/** Entities per request, because proxies reject longer URLs. */
const BATCH = 60;

/** The earlier state of an entity: the key of its class, and its level. */
export interface PastState {
  readonly state: string;
  readonly level?: number;
}

/** The states of the entities at a moment, from the history: the last value of each attribute before it. */
export async function statesAt(
  items: readonly MapItem[],
  layers: readonly ShownLayer[],
  at: number,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, PastState>> {
  const batches = layers.flatMap(({ layer }) => {
    const ids = items.filter(({ type }) => type === layer.type).map(({ id }) => id);
    return Array.from({ length: Math.ceil(ids.length / BATCH) }, (_, n) => ({
      layer,
      ids: ids.slice(n * BATCH, (n + 1) * BATCH),
    }));
  });
  const answers = await Promise.all(batches.map(({ layer, ids }) => batchAt(layer, ids, at, signal)));
  return new Map(answers.flat());
}

async function batchAt(
  layer: MapLayer,
  ids: readonly string[],
  at: number,
  signal: AbortSignal,
): Promise<[string, PastState][]> {
  const query = {
    type: layer.type,
    id: ids.join(),
    attrs: attributesOf(layer).join(),
    timerel: 'before',
    timeAt: new Date(at),
    lastN: 1,
    limit: BATCH,
    options: 'temporalValues',
  };
  const entities = await standard.histories({ query, signal });
  return entities.map((entity) => [String(entity.id), stateOf(layer, (name) => lastOf(entity[name]))]);
}

function attributesOf({ classes, value }: MapLayer): string[] {
  const names = classes.flatMap(({ when }) => when.map(({ attribute }) => attribute));
  return [...new Set([...names, ...(value === undefined ? [] : [value])])];
}

/** The class that matches these values. */
export function stateOf(layer: MapLayer, read: (attribute: string) => unknown): PastState {
  const level = layer.value === undefined ? undefined : read(layer.value);
  return { state: classOf(layer, read), ...(typeof level === 'number' && { level: Math.min(1, Math.max(0, level)) }) };
}

/** `{values: [[value, "2026-…"]]}` → value */
function lastOf(attribute: unknown): unknown {
  if (!isObject(attribute)) return undefined;
  const values = attribute.values ?? attribute.vocabs;
  const last = Array.isArray(values) ? values.at(-1) : undefined;
  return Array.isArray(last) ? last[0] : undefined;
}

/** The entities in their earlier states, without those that did not exist. */
export function itemsAs(
  items: readonly MapItem[],
  states: ReadonlyMap<string, PastState>,
  layers: readonly ShownLayer[],
): MapItem[] {
  return items.flatMap((item) => {
    const past = states.get(item.id);
    const shown = layers.find(({ layer }) => layer.type === item.type);
    if (past === undefined || shown === undefined) return [];
    const { level: _level, colour: _colour, ...rest } = item;
    const severity = shown.layer.classes.find(({ key }) => key === past.state)?.severity ?? 'none';
    const colour = shown.colours?.[past.state];
    return [{ ...rest, ...past, severity, ...(colour && { colour }) } as MapItem];
  });
}

/** Ids of the entities whose state differs between two moments, or that did not exist at one of them. */
export function changedBetween(
  one: ReadonlyMap<string, PastState>,
  other: ReadonlyMap<string, PastState>,
): ReadonlySet<string> {
  const ids = new Set([...one.keys(), ...other.keys()]);
  return new Set([...ids].filter((id) => one.get(id)?.state !== other.get(id)?.state));
}
