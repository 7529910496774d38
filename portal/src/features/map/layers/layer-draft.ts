import type { MapSeverity } from '@alzette/ngsi-ld-schemas/map';
import type { ShownLayer } from '../../../entities/known-layers.ts';

/** A row of the layer editor: a text value, or the minimum of a range of numbers. */
export interface DraftClass {
  value: string;
  colour: string;
  severity: MapSeverity | 'none';
}

/** Distinguishable with colour blindness. Red, orange and grey are reserved for severity. */
export const LAYER_COLOURS = ['#1b6ca8', '#5b8c2a', '#8a4fbf', '#00857c', '#b0428c', '#6b7a1f', '#3d5a98', '#9c6b1e'];

const MAX_VALUES = 8;
const STEPS = 4;

/**
 * Rows for the existing values: for numbers, equal steps from the minimum to the maximum; for texts, the most frequent
 * ones.
 */
export function draftOf(values: readonly unknown[]): { isNumeric: boolean; classes: DraftClass[] } {
  const numbers = values.filter((value) => typeof value === 'number');
  if (numbers.length > 0 && numbers.length === values.length) {
    const least = Math.min(...numbers);
    const step = (Math.max(...numbers) - least) / STEPS;
    const starts = step === 0 ? [least] : Array.from({ length: STEPS }, (_, n) => least + n * step);
    return { isNumeric: true, classes: starts.map((start, n) => row(String(Number(start.toPrecision(3))), n)) };
  }
  const counts = new Map<string, number>();
  for (const value of values) counts.set(String(value), (counts.get(String(value)) ?? 0) + 1);
  const frequent = [...counts].sort((a, b) => b[1] - a[1]).slice(0, MAX_VALUES);
  return { isNumeric: false, classes: frequent.map(([value], n) => row(value, n)) };
}

function row(value: string, n: number): DraftClass {
  return { value, colour: LAYER_COLOURS[n % LAYER_COLOURS.length] as string, severity: 'none' };
}

/** Converts a draft to a layer. A range of numbers ends where the next one begins. */
export function layerFrom(
  { type, title, attribute, isNumeric }: { type: string; title: string; attribute: string; isNumeric: boolean },
  classes: readonly DraftClass[],
): ShownLayer {
  const ordered = isNumeric ? [...classes].sort((a, b) => Number(a.value) - Number(b.value)) : classes;
  return {
    title: title || type,
    layer: {
      type,
      observed: attribute,
      classes: ordered.map(({ value, severity }, n) => {
        const next = ordered[n + 1];
        const range = { from: Number(value), ...(next && { below: Number(next.value) }) };
        return {
          key: isNumeric ? `≥ ${value}` : value,
          ...(severity !== 'none' && { severity }),
          when: [{ attribute, ...(isNumeric ? range : { is: [value] }) }],
        };
      }),
    },
    colours: Object.fromEntries(ordered.map(({ value, colour }) => [isNumeric ? `≥ ${value}` : value, colour])),
  };
}
