import type { EntityState } from './entity-view.ts';
import type { Freshness } from './freshness.ts';
import type { MapItem, Paint } from './map-item.ts';

/** A path of a symbol, in a box of 24 × 24; map, list and legend share the symbols. */
export interface SymbolPart {
  readonly d: string;
  readonly fill?: Paint;
  readonly stroke?: Paint;
  readonly width?: number;
  readonly opacity?: number;
  readonly dash?: readonly number[];
}

export const SYMBOL_BOX = 24;

/** A filling level in tenths, so that symbols can be cached. */
export function levelStep(level: number | undefined): number | undefined {
  return level === undefined ? undefined : Math.round(level * 10);
}

/** The shape shows the type and the state, and the ink repeats the state: colour is never the only indication. */
export function symbolParts(type: string, state: string, level?: number, paint?: Paint): SymbolPart[] {
  switch (type) {
    case 'Streetlight':
      return lampParts(state);
    case 'StreetlightControlCabinet':
      return cabinetParts(state);
    case 'WasteContainer':
      return containerParts(state, levelStep(level));
    default:
      return [{ d: HEXAGON, fill: paint ?? stateInk(state), stroke: 'outline', width: 1.4 }];
  }
}

const HEXAGON = 'M12 2.6L20.2 7.300V16.700L12 21.400 3.800 16.700V7.300z';

/** The colour that a user chose, or the ink of the state. A state without one (of an alarm) has that of its severity. */
export function paintOf({ state, colour, severity = 'none' }: Painted): Paint {
  if (colour?.startsWith('#')) return colour as Paint;
  const ink = stateInk(state);
  return ink === 'unknown' && severity !== 'none' ? severity : ink;
}
type Painted = Pick<MapItem, 'state' | 'colour'> & Partial<Pick<MapItem, 'severity'>>;

/** A mark in the upper right corner: a clock for late, a crossed-out disc for silent. */
export function freshnessParts(freshness: Freshness): SymbolPart[] {
  if (freshness === 'late') {
    return [
      { d: circle(19, 5, 4.4), fill: 'surface', stroke: 'off', width: 1.3 },
      { d: 'M19 2.9V5l1.5 1', stroke: 'off', width: 1.2 },
    ];
  }
  if (freshness === 'silent') {
    return [
      { d: circle(19, 5, 4.6), fill: 'off', stroke: 'outline', width: 1.2 },
      { d: 'M16.9 7.1l4.2-4.2', stroke: 'outline', width: 1.5 },
    ];
  }
  return [];
}

/** The ink of a state, for places without room for its shape (donuts). */
export function stateInk(state: string): Paint {
  return (STATE_INKS as Readonly<Record<string, Paint>>)[state] ?? 'unknown';
}

const STATE_INKS: Record<EntityState, Paint> = {
  defective: 'alarm',
  full: 'warning',
  on: 'lit',
  dimmed: 'lit',
  starting: 'lit',
  off: 'off',
  filling: 'filling',
  roomy: 'ok',
  unknown: 'unknown',
};

const RAYS =
  'M12 2.2v2.6M12 19.2v2.6M2.2 12h2.6M19.2 12h2.6M5.1 5.1l1.8 1.8M17.1 17.1l1.8 1.8M5.1 18.9l1.8-1.8M17.1 6.9l1.8-1.8';
const EXCLAMATION: SymbolPart = { d: 'M12 7.4v5.4M12 15.9v.6', stroke: 'onInk', width: 2.2 };

function lampParts(state: string): SymbolPart[] {
  switch (state) {
    case 'on':
      return [
        { d: circle(12, 12, 11.5), fill: 'lit', opacity: 0.28 },
        { d: RAYS, stroke: 'litEdge', width: 1.5 },
        { d: circle(12, 12, 5.4), fill: 'lit', stroke: 'litEdge', width: 1.5 },
      ];
    case 'dimmed':
      return [
        { d: circle(12, 12, 6.6), fill: 'surface', stroke: 'litEdge', width: 1.6 },
        { d: 'M12 6.4a5.6 5.6 0 0 0 0 11.2z', fill: 'lit' },
        { d: 'M12 6v12', stroke: 'litEdge', width: 1.2 },
      ];
    case 'starting':
      return [
        { d: circle(12, 12, 6.6), fill: 'surface', stroke: 'litEdge', width: 1.6, dash: [2.6, 1.8] },
        { d: circle(12, 12, 2.8), fill: 'lit', stroke: 'litEdge', width: 1 },
      ];
    case 'defective':
      return [{ d: 'M12 1.6L22.4 12 12 22.4 1.6 12z', fill: 'alarm', stroke: 'outline', width: 1.3 }, EXCLAMATION];
    case 'off':
      return [{ d: circle(12, 12, 5.6), fill: 'surface', stroke: 'off', width: 2.6 }];
    default:
      return [
        { d: circle(12, 12, 5.6), fill: 'surface', stroke: 'unknown', width: 1.7, dash: [2.2, 1.9] },
        { d: 'M9.8 12h4.4', stroke: 'unknown', width: 1.7 },
      ];
  }
}

const CABINET =
  'M6.2 3.6h11.6a2.2 2.2 0 0 1 2.2 2.2v12.4a2.2 2.2 0 0 1-2.2 2.2H6.2A2.2 2.2 0 0 1 4 18.2V5.8A2.2 2.2 0 0 1 6.2 3.6z';
const BOLT = 'M13 6.2L8 13h3.3L10.6 17.8 16 10.7h-3.4z';

function cabinetParts(state: string): SymbolPart[] {
  if (state === 'defective') {
    return [{ d: CABINET, fill: 'alarm', stroke: 'outline', width: 1.3 }, EXCLAMATION];
  }
  if (state === 'unknown') {
    return [
      { d: CABINET, fill: 'surface', stroke: 'unknown', width: 1.6, dash: [2.6, 2] },
      { d: BOLT, fill: 'unknown' },
    ];
  }
  if (state === 'off') {
    return [
      { d: CABINET, fill: 'surface', stroke: 'off', width: 1.8 },
      { d: BOLT, fill: 'off' },
    ];
  }
  return [
    { d: CABINET, fill: 'ok', stroke: 'outline', width: 1.3 },
    { d: BOLT, fill: 'onInk' },
  ];
}

const BIN = 'M4.8 7.5h14.4l-1.5 13.2a1.3 1.3 0 0 1-1.3 1.1H7.6a1.3 1.3 0 0 1-1.3-1.1z';
const LID = 'M3.6 5.3h16.8';
const LIFTED_LID = 'M3.8 5.4L19.8 1.9';

function containerParts(state: string, step: number | undefined): SymbolPart[] {
  if (state === 'defective') {
    return [
      { d: BIN, fill: 'alarm', stroke: 'outline', width: 1.2 },
      { d: LID, stroke: 'alarm', width: 2.4 },
      { d: 'M12 10.2v4.8M12 18v.5', stroke: 'onInk', width: 2.1 },
    ];
  }
  if (step === undefined) {
    return [
      { d: BIN, fill: 'surface', stroke: 'unknown', width: 1.5, dash: [2.4, 2] },
      { d: LID, stroke: 'unknown', width: 2 },
    ];
  }
  const ink = stateInk(state);
  return [
    { d: BIN, fill: 'surface' },
    ...(step > 0 ? [{ d: contents(step), fill: ink }] : []),
    { d: BIN, stroke: ink, width: 1.6 },
    { d: state === 'full' ? LIFTED_LID : LID, stroke: ink, width: 2.2 },
  ];
}

/** The filling of the bin up to a level in tenths, within its slanted sides. */
function contents(step: number): string {
  const bottom = 20.8;
  const top = bottom - (step / 10) * 12.2;
  const left = (y: number): number => 4.8 + ((y - 7.5) / 14.3) * 1.6;
  const x = (y: number): string => left(y).toFixed(2);
  const mirrored = (y: number): string => (24 - left(y)).toFixed(2);
  return `M${x(top)} ${top.toFixed(2)}L${mirrored(top)} ${top.toFixed(2)} ${mirrored(bottom)} ${bottom} ${x(bottom)} ${bottom}z`;
}

function circle(x: number, y: number, r: number): string {
  return `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`;
}
