import { NgsiLdError } from '../../../model/errors.ts';

// PostgreSQL can store neither NUL nor unpaired surrogates. In JSON both need an escape, so one scan clears most
// bodies.
const SUSPICIOUS = /\\u(?:0000|[dD][89a-fA-F])/;

/** Whether a JSON text may contain strings that can't be stored. */
export function isSuspicious(text: string): boolean {
  return text.includes('\\u') && SUSPICIOUS.test(text);
}

/** Whether PostgreSQL can store the text. */
function isText(value: string): boolean {
  return !value.includes('\0') && value.isWellFormed();
}

/**
 * @param place of the value in the body
 *
 * @throws NgsiLdError BadRequestData: a string can't be stored
 */
export function checkStrings(value: unknown, place = ''): void {
  const found = unstorable(value);
  if (found === undefined) return;
  const detail = `${joined(place, found) || 'The body'}: got a NUL or half a surrogate pair, expected text`;
  throw new NgsiLdError('BadRequestData', detail);
}

/** The path of the first string that can't be stored, e.g. `[0].name.value`; undefined: there is none. */
function unstorable(value: unknown): string | undefined {
  if (typeof value === 'string') return isText(value) ? undefined : '';
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, item] of Object.entries(value)) {
    const below = isText(key) ? unstorable(item) : '';
    if (below !== undefined) return joined(stepTo(key, Array.isArray(value)), below);
  }
  return undefined;
}

/** The step of a path to a member of an object or an item of an array. */
export function stepTo(key: string, isItem: boolean): string {
  if (isItem) return `[${key}]`;
  return isText(key) ? key : JSON.stringify(key);
}

/** Two parts of a path. */
export function joined(path: string, below: string): string {
  return path === '' || below === '' || below.startsWith('[') ? path + below : `${path}.${below}`;
}
