import type { MapFilter, MapView } from '@alzette/broker/contract';
import type { MapLayer } from '@alzette/ngsi-ld-schemas/map';
import { UNKNOWN_CLASS } from '@alzette/ngsi-ld-schemas/map';
import type { Territory } from '@alzette/web/territory';
import { shortId } from '../../../entities/entity-name.ts';
import type { Severity } from '../../../entities/entity-view.ts';
import type { ShownLayer } from '../../../entities/known-layers.ts';
import type { MapContents, MapHeap, MapItem, Share } from '../../../entities/map-item.ts';
import { paintOf } from '../../../entities/symbol.ts';
import type { EntityFilter } from '../list/entity-filter.ts';

/** Layers and classes count from 0, as in the request. */
export type MapAnswer = MapView;
type PointTuple = NonNullable<MapView['points']>[number];

/** The number of entities of a state in a commune. */
export interface Total {
  readonly type: string;
  readonly state: string;
  readonly severity: Severity;
  /** '' outside of all communes. */
  readonly commune: string;
  readonly count: number;
  readonly silent: number;
}

/** The filter in the server's format; undefined: nothing can match. */
export function filterBody(
  filter: EntityFilter,
  layers: readonly ShownLayer[],
  communes: Territory['communes'],
): MapFilter | undefined {
  const { types, states, commune, attention, text } = filter;
  const asked = layers.filter(({ layer }) => types.length === 0 || types.includes(layer.type));
  const classes = asked.flatMap(({ layer }) => {
    const keys = keysOf(layer).filter((key) => states.includes(key));
    return states.length > 0 && keys.length === 0 ? [] : [[layer.type, keys] as const];
  });
  if (classes.length === 0) return undefined;
  const scopes = communes.filter(({ slug }) => slug === commune).map(({ scope }) => scope);
  return {
    ...(scopes.length > 0 && { scopes }),
    ...(text.trim() !== '' && { text: text.trim().split(/\s+/).slice(0, 8).join(' ').slice(0, 200) }),
    ...((types.length > 0 || states.length > 0) && { classes: Object.fromEntries(classes) }),
    ...(attention && { attention }),
  };
}

function keysOf({ classes }: MapLayer): string[] {
  return [...classes.map(({ key }) => key), UNKNOWN_CLASS];
}

export function contentsOf({ shows, cells = [], points = [] }: MapAnswer, layers: readonly ShownLayer[]): MapContents {
  return {
    shows,
    heaps: cells.map((cell) => heapOf(cell, layers)),
    items: points.map((point) => itemOf(point, layers)),
  };
}

function heapOf(
  { scope, at, counts }: NonNullable<MapAnswer['cells']>[number],
  layers: readonly ShownLayer[],
): MapHeap {
  const shares = counts.map(([layer, kind, count, silent]): Share => {
    const { state, severity, colour } = lookOf(layers, layer, kind);
    return { paint: paintOf({ state, ...(colour && { colour }) }), severity, count, silent };
  });
  return { scope: scope ?? '', position: at, shares };
}

function itemOf(
  [id, layer, kind, longitude, latitude, value, observed, name]: PointTuple,
  layers: readonly ShownLayer[],
): MapItem {
  return {
    id,
    name: name ?? shortId(id),
    ...lookOf(layers, layer, kind),
    position: [longitude, latitude],
    ...(value !== null && { level: Math.min(1, Math.max(0, value)) }),
    ...(observed !== null && { observedAt: observed * 1000 }),
  };
}

function lookOf(
  layers: readonly ShownLayer[],
  place: number,
  kind: number,
): Pick<MapItem, 'type' | 'state' | 'severity' | 'colour'> {
  const shown = layers[place];
  const found = shown?.layer.classes[kind];
  const state = found?.key ?? UNKNOWN_CLASS;
  const colour = shown?.colours?.[state];
  return { type: shown?.layer.type ?? '', state, severity: found?.severity ?? 'none', ...(colour && { colour }) };
}

export function totalsOf(
  { totals = [] }: MapAnswer,
  layers: readonly ShownLayer[],
  communes: Territory['communes'],
): Total[] {
  return totals.map(([place, kind, scope, count, silent]) => {
    const { type, state, severity } = lookOf(layers, place, kind);
    const commune = communes.find((each) => scope === each.scope || scope?.startsWith(`${each.scope}/`))?.slug ?? '';
    return { type, state, severity, commune, count, silent };
  });
}
