import { NgsiLdError } from '../../model/errors.ts';
import { checkCoordinates, type Geometry, isGeometryType } from '../../model/geometry.ts';
import type { NameExpander } from '../../model/names.ts';
import { badMember } from '../../model/values.ts';
import { scanName, scanTargetPath, type TargetPath } from '../q/target-path.ts';
import { MAX_LENGTH, Scanner } from '../scanner.ts';

export type Direction = 'asc' | 'desc' | 'dist-asc' | 'dist-desc';

export interface OrderingTerm {
  readonly path: TargetPath;
  readonly direction: Direction;
}

/** The order of entities (4.23): by the first term, then the second and so on. */
export interface Ordering {
  readonly terms: readonly OrderingTerm[];
  /** Present if a term orders by distance. */
  readonly from?: Geometry;
  /** A canonical BCP 47 tag; absent: ICU's root collation. */
  readonly collation?: string;
}

/**
 * The unparsed parameters. In a URL all are texts; in a body `orderBy` is an array of texts and `orderFrom` may be an
 * array.
 */
export interface OrderingParameters {
  readonly orderBy?: unknown;
  readonly orderFrom?: unknown;
  readonly orderGeometry?: unknown;
  readonly collation?: unknown;
}

const DIRECTIONS = ['asc', 'desc', 'dist-asc', 'dist-desc'] as const;

/** More terms are refused. */
const MAX_TERMS = 16;

/**
 * Reads the ordering of a query (4.23); undefined without `orderBy`.
 *
 * @throws NgsiLdError BadRequestData
 */
export function parseOrderBy(parameters: OrderingParameters, names: NameExpander): Ordering | undefined {
  const { orderBy, collation } = parameters;
  if (orderBy === undefined) return undefined;
  const texts: unknown[] = Array.isArray(orderBy) ? orderBy : [orderBy];
  if (texts.length === 0 || !texts.every((text) => typeof text === 'string')) {
    throw badMember('orderBy', orderBy, 'at least one attribute path');
  }
  const terms = parseTerms(texts.join(','), names);
  const from = terms.some(isByDistance) ? parseFrom(parameters) : undefined;
  const tag = collation === undefined ? undefined : parseCollation(collation);
  return { terms, ...(from && { from }), ...(tag && { collation: tag }) };
}

export function isByDistance({ direction }: OrderingTerm): boolean {
  return direction === 'dist-asc' || direction === 'dist-desc';
}

function parseTerms(text: string, names: NameExpander): OrderingTerm[] {
  const scanner = new Scanner('orderBy', text);
  const terms: OrderingTerm[] = [];
  do {
    if (terms.length === MAX_TERMS) throw scanner.error(`at most ${MAX_TERMS} paths`);
    scanner.skipBlanks();
    const path = scanTargetPath(scanName(scanner, false), scanner, names, false);
    scanner.skipBlanks();
    terms.push({ path, direction: scanner.accept(';') ? direction(scanner) : 'asc' });
    scanner.skipBlanks();
  } while (scanner.accept(','));
  if (!scanner.atEnd) throw scanner.error('";", "," or the end');
  return terms;
}

function direction(scanner: Scanner): Direction {
  scanner.skipBlanks();
  const start = scanner.position;
  const word = scanner.match(/[a-z-]+/y);
  const found = DIRECTIONS.find((name) => name === word);
  if (found === undefined) throw scanner.error('asc, desc, dist-asc or dist-desc', start);
  return found;
}

function parseFrom({ orderFrom, orderGeometry = 'Point' }: OrderingParameters): Geometry {
  if (!isGeometryType(orderGeometry)) {
    throw badMember('orderGeometry', orderGeometry, 'a GeoJSON geometry type other than GeometryCollection');
  }
  const coordinates = parseCoordinates(orderFrom);
  checkCoordinates(orderGeometry, coordinates, 'orderFrom');
  return { type: orderGeometry, coordinates };
}

function parseCoordinates(orderFrom: unknown): unknown {
  if (typeof orderFrom !== 'string') {
    if (orderFrom === undefined)
      throw badMember('orderFrom', orderFrom, 'coordinates, because orderBy uses a distance');
    return orderFrom;
  }
  if (orderFrom.length > MAX_LENGTH) {
    throw badMember('orderFrom', `${orderFrom.length} characters`, `at most ${MAX_LENGTH}`);
  }
  try {
    return JSON.parse(orderFrom);
  } catch {
    throw badMember('orderFrom', orderFrom, 'a JSON array, e.g. [5.95,49.47]');
  }
}

/** ICU collation keywords (UTS 35). */
const COLLATION_KEYWORDS: ReadonlySet<string> = new Set([
  'co',
  'ka',
  'kb',
  'kc',
  'kf',
  'kh',
  'kk',
  'kn',
  'kr',
  'ks',
  'kv',
]);

function parseCollation(tag: unknown): string {
  const [canonical] = typeof tag === 'string' && tag.length <= 64 ? canonicalLocales(tag) : [];
  if (canonical === undefined) throw badMember('collation', tag, 'a BCP 47 tag, e.g. und or de-u-co-phonebk');
  const [, extension = ''] = canonical.split(/-u-/);
  for (const part of extension.split('-')) {
    if (part.length === 2 && !COLLATION_KEYWORDS.has(part)) {
      throw new NgsiLdError(
        'BadRequestData',
        `collation: got the keyword ${part} in ${canonical}, expected one of ICU collation`,
      );
    }
  }
  return canonical;
}

function canonicalLocales(tag: string): string[] {
  try {
    return Intl.getCanonicalLocales(tag);
  } catch {
    return [];
  }
}
