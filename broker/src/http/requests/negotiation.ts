/** Media types an answer may have, in order of preference (6.3.4). */
export const MEDIA_TYPES = ['application/json', 'application/ld+json', 'application/geo+json'] as const;

export type MediaType = (typeof MEDIA_TYPES)[number];

/** What most operations can answer with; GeoJSON is for entities alone. */
export const JSON_TYPES: readonly MediaType[] = ['application/json', 'application/ld+json'];

/**
 * The media type to answer with: the heaviest that `accept` allows, of equal ones the first of `available`; undefined
 * when it allows none (406). The most specific range decides a type's weight.
 */
export function negotiate(accept: string | undefined, available: readonly MediaType[]): MediaType | undefined {
  if (accept === undefined || accept === '*/*' || accept === 'application/json') return available[0];
  const ranges = accept.split(',').map(readRange);
  let best: MediaType | undefined;
  let bestWeight = 0;
  for (const type of available) {
    const weight = weightOf(type, ranges);
    if (weight > bestWeight) {
      best = type;
      bestWeight = weight;
    }
  }
  return best;
}

interface Range {
  readonly type: string;
  readonly weight: number;
}

function readRange(text: string): Range {
  const [type = '', ...parameters] = text.split(';');
  const q = parameters.map((parameter) => /^\s*q\s*=\s*([\d.]+)\s*$/i.exec(parameter)?.[1]).find(Boolean);
  const weight = q === undefined ? 1 : Number(q);
  return { type: type.trim().toLowerCase(), weight: Number.isFinite(weight) ? weight : 1 };
}

function weightOf(type: string, ranges: readonly Range[]): number {
  for (const candidate of [type, 'application/*', '*/*']) {
    const range = ranges.find((each) => each.type === candidate);
    if (range !== undefined) return range.weight;
  }
  return 0;
}
