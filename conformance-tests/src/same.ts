/*
 * Compares JSON as the standard defines equality: arrays without an order where it has no meaning (types, scopes,
 * instances, results of a query), DateTimes as instants, everything else exactly.
 */

/**
 * A place in an expected document that accepts several values; returns what it accepts if the value is none of them.
 */
type Matcher = (got: unknown) => string | undefined;

const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:[.,]\d{1,6})?Z$/;
const URI = /^[A-Za-z][A-Za-z0-9+.-]*:\S+$/;

export const aDateTime: Matcher = (got) =>
  typeof got === 'string' && DATE_TIME.test(got) && !got.includes(',') ? undefined : 'a DateTime (4.6.3)';
export const aUri: Matcher = (got) => (typeof got === 'string' && URI.test(got) ? undefined : 'a URI');
export const aString: Matcher = (got) => (typeof got === 'string' && got !== '' ? undefined : 'a string');
export const aNumber: Matcher = (got) => (typeof got === 'number' ? undefined : 'a number');
export const anything: Matcher = (got) => (got === undefined ? 'to be there' : undefined);
export const nothing: Matcher = (got) => (got === undefined ? undefined : 'not to be there');
export const oneOf =
  (...values: readonly unknown[]): Matcher =>
  (got) =>
    values.some((value) => difference(got, value) === undefined) ? undefined : `one of ${JSON.stringify(values)}`;

/** Members whose arrays are sets. */
const SETS: ReadonlySet<string> = new Set([
  'type',
  'scope',
  'object',
  'objectType',
  'typeList',
  'attributeList',
  'attributeNames',
  'attributeTypes',
  'attributeDetails',
  'typeNames',
  'success',
  'errors',
  'updated',
  'notUpdated',
  'data',
  'features',
  'entities',
  'watchedAttributes',
  'notificationTrigger',
]);
/** Members with free content, in which arrays are ordered. */
const VERBATIM: ReadonlySet<string> = new Set([
  'value',
  'json',
  'valueList',
  'objectList',
  'languageMap',
  'coordinates',
  'geometry',
]);

/** The first difference between `got` and `expected`; undefined if they are equal. */
export function difference(got: unknown, expected: unknown): string | undefined {
  return compare(got, expected, '', { isSet: true, isVerbatim: false });
}

/** Like `difference`, with the elements of the array in this order. */
export function differenceInOrder(got: unknown, expected: unknown): string | undefined {
  return compare(got, expected, '', { isSet: false, isVerbatim: false });
}

interface Place {
  /** Whether an array here is unordered. */
  readonly isSet: boolean;
  readonly isVerbatim: boolean;
}

function compare(got: unknown, expected: unknown, path: string, place: Place): string | undefined {
  if (typeof expected === 'function') {
    const wanted = (expected as Matcher)(got);
    return wanted === undefined ? undefined : differenceText(path, wanted, got);
  }
  if (Array.isArray(expected)) return compareArrays(got, expected, path, place);
  if (typeof expected === 'object' && expected !== null) return compareObjects(got, expected, path, place);
  if (got === expected || isSameInstant(got, expected)) return undefined;
  return differenceText(path, JSON.stringify(expected) ?? 'nothing', got);
}

function compareArrays(got: unknown, expected: unknown[], path: string, place: Place): string | undefined {
  if (!Array.isArray(got)) return differenceText(path, `an array of ${expected.length}`, got);
  if (got.length !== expected.length) return differenceText(path, `${expected.length} elements`, got);
  const inner = { ...place, isSet: false };
  if (!place.isSet) {
    return first(expected, (item, index) => compare(got[index], item, `${path}[${index}]`, inner));
  }
  const left = [...got];
  return first(expected, (item, index) => {
    const match = left.findIndex((candidate) => compare(candidate, item, path, inner) === undefined);
    if (match < 0) {
      return left.length === 1
        ? compare(left[0], item, `${path}[${index}]`, inner)
        : differenceText(path, `an element ${shown(item)}`, got);
    }
    left.splice(match, 1);
    return undefined;
  });
}

function compareObjects(got: unknown, expected: object, path: string, place: Place): string | undefined {
  if (typeof got !== 'object' || got === null || Array.isArray(got)) return differenceText(path, shown(expected), got);
  const members = got as { readonly [name: string]: unknown };
  const wanted = expected as { readonly [name: string]: unknown };
  for (const name of Object.keys(members)) {
    if (!(name in wanted)) return `${path}/${name} is ${shown(members[name])}, expected no such member`;
  }
  return first(Object.keys(wanted), (name) => {
    const at = `${path}/${name}`;
    if (wanted[name] === undefined || typeof wanted[name] === 'function' || name in members) {
      const isVerbatim = place.isVerbatim || VERBATIM.has(name);
      const isSet = !isVerbatim && (SETS.has(name) || isInstances(wanted[name]));
      return compare(members[name], wanted[name], at, { isSet, isVerbatim });
    }
    return `${at} is missing, expected ${shown(wanted[name])}`;
  });
}

/** The instances of one attribute differ in `datasetId` and are unordered (4.5.5). */
function isInstances(value: unknown): boolean {
  return Array.isArray(value) && value.some((item) => typeof item === 'object' && item !== null && 'datasetId' in item);
}

function isSameInstant(a: unknown, b: unknown): boolean {
  return (
    typeof a === 'string' &&
    typeof b === 'string' &&
    DATE_TIME.test(a) &&
    DATE_TIME.test(b) &&
    instant(a) === instant(b)
  );
}

function instant(text: string): number {
  return Date.parse(text.replace(',', '.'));
}

function first<T>(items: readonly T[], work: (item: T, index: number) => string | undefined): string | undefined {
  for (const [index, item] of items.entries()) {
    const fault = work(item, index);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function differenceText(path: string, wanted: string, got: unknown): string {
  return `${path === '' ? 'the body' : path} is ${shown(got)}, expected ${wanted}`;
}

function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  return JSON.stringify(value, (_name, inner: unknown) =>
    typeof inner === 'function' ? `<${(inner as Matcher)(undefined) ?? 'nothing'}>` : inner,
  );
}
