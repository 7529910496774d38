/** A published boundary, as in the files of statistical offices. */
export interface PublishedBoundary {
  readonly properties: Readonly<Record<string, unknown>> | null;
  readonly geometry: { readonly type: string; readonly coordinates: unknown } | null;
}

/** The properties of published boundaries that tell of a commune. */
export interface CommuneProperties {
  readonly name: string;
  /** Of the statistical office. */
  readonly code?: string | undefined;
  /** The département, or a code that begins with it. */
  readonly department?: string | undefined;
  readonly inhabitants?: string | undefined;
}

/** A boundary has no name. `place` is its place in the file. */
export class NamelessBoundary extends Error {
  constructor(place: number, property: string, { properties }: PublishedBoundary) {
    super(
      `features[${place}].properties.${property}: got nothing; its properties: ${Object.keys(properties ?? {}).join(', ')}`,
    );
  }
}

/**
 * The communes of published boundaries, and their boundaries by commune.
 *
 * @throws NamelessBoundary
 */
export function communesInBoundaries(features: readonly PublishedBoundary[], from: CommuneProperties) {
  const communes = features.map((feature, place) => {
    const { properties } = feature;
    const name = properties?.[from.name];
    if (typeof name !== 'string') throw new NamelessBoundary(place, from.name, feature);
    const department = from.department && properties?.[from.department];
    const code = from.code && properties?.[from.code];
    const inhabitants = from.inhabitants && properties?.[from.inhabitants];
    return {
      slug: slugOf(name),
      name,
      ...(department !== undefined && department !== '' && { department: String(department).slice(0, 2) }),
      ...(code !== undefined && code !== '' && { code: String(code) }),
      ...(Number.isSafeInteger(inhabitants) && { inhabitants: inhabitants as number }),
      center: middleOf(feature),
    };
  });
  const boundaries = {
    type: 'FeatureCollection' as const,
    features: features.map(({ geometry }, place) => ({
      type: 'Feature' as const,
      properties: { commune: communes[place]?.slug },
      geometry,
    })),
  };
  return { communes, boundaries };
}

/** `Évrange` → `evrange`. */
export function slugOf(name: string): string {
  const plain = name.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
  return plain.replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-|-$/g, '');
}

/** The centre of its bounding box, to five decimals. */
function middleOf({ geometry }: PublishedBoundary): [number, number] {
  const numbers = ((geometry?.coordinates ?? []) as unknown[]).flat(Number.POSITIVE_INFINITY) as number[];
  const middle = (axis: 0 | 1) => {
    let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let at: number = axis; at < numbers.length; at += 2) {
      const value = numbers[at] ?? 0;
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    return Math.round(((least + most) / 2) * 1e5) / 1e5;
  };
  return [middle(0), middle(1)];
}
