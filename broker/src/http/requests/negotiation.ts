/** The media types of answers, in order of preference (6.3.4). */
export const MEDIA_TYPES = ['application/json', 'application/ld+json', 'application/geo+json'] as const;

export type MediaType = (typeof MEDIA_TYPES)[number];

/** The media types of most operations. GeoJSON is for entities only. */
export const JSON_TYPES: readonly MediaType[] = ['application/json', 'application/ld+json'];

/**
 * The media type of the answer: the one with the highest weight in `accept`; among equal weights the first of
 * `available`; undefined if none is accepted (406). The most specific range determines the weight of a type.
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
