import { NgsiLdError } from '../../../model/errors.ts';
import { Turns } from '../../../turns/turns.ts';
import {
  BRACE,
  BRACKET,
  CLOSING_BRACE,
  CLOSING_BRACKET,
  COMMA,
  checkUtf8,
  endOfString,
  MAX_DEPTH,
  notJson,
  parseBody,
  QUOTE,
  tooDeep,
} from './body.ts';
import { checkStrings, isSuspicious, joined, stepTo } from './stored-text.ts';

/** Longer bodies are parsed in turns. */
export const LONG_BYTES = 256 * 1024;
/** So much is parsed at once: about a millisecond. */
export const PART_BYTES = 64 * 1024;

/** More than any entity or @context may need. Objects of more members take long whatever is done with them. */
const MAX_MEMBERS = 20_000;

/** An object or array that has not ended at the current position. */
interface Open {
  readonly isArray: boolean;
  /** Where its bracket is. */
  readonly at: number;
  /** Where its children begin that are not parsed yet. */
  from: number;
  /** The last comma between these; -1: there is none. */
  comma: number;
  /** Whether a child ends at `from` that was parsed in parts. */
  isAfterChild: boolean;
  /** Undefined: none of its children is parsed yet. */
  value: unknown[] | Record<string, unknown> | undefined;
  /** The number of parsed children. */
  count: number;
  /** Its place in the body. */
  path: string;
}

/**
 * Parses a long body like {@link parseBody}, in parts and with pauses between them, so that nobody else has to wait for
 * it. Each byte is parsed once: when enough has come, all complete children of what is open are parsed.
 */
export async function parseLongBody(bytes: Buffer, turns = new Turns()): Promise<unknown> {
  checkUtf8(bytes);
  const open: Open[] = [];
  let parsedTo = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) at = endOfString(bytes, at);
    else if (byte === BRACKET || byte === BRACE) {
      if (open.length === 0) expectBlank(bytes, 0, at);
      if (open.length === MAX_DEPTH) throw tooDeep(at);
      open.push(opened(byte === BRACKET, at));
    } else if (byte === CLOSING_BRACKET || byte === CLOSING_BRACE) {
      const ended = open.pop();
      if (ended?.isArray !== (byte === CLOSING_BRACKET)) throw unexpected(at);
      if (ended.value !== undefined) appendLast(bytes, ended, at);
      const outer = open.at(-1);
      if (outer === undefined) {
        expectBlank(bytes, at + 1, bytes.length);
        return ended.value ?? parseBody(bytes);
      }
      if (ended.value !== undefined) Object.assign(outer, { from: at + 1, comma: -1, isAfterChild: true });
    } else if (byte === COMMA) {
      const innermost = open.at(-1);
      if (innermost === undefined) throw unexpected(at);
      noteComma(bytes, innermost, at);
      if (at - parsedTo < PART_BYTES) continue;
      parseSoFar(bytes, open);
      parsedTo = at;
      if (turns.isOver) await turns.next();
    }
  }
  if (open.length > 0) throw notJson('it ends before its last bracket');
  return parseBody(bytes); // neither an object nor an array
}

function opened(isArray: boolean, at: number): Open {
  return { isArray, at, from: at + 1, comma: -1, isAfterChild: false, value: undefined, count: 0, path: '' };
}

function noteComma(bytes: Buffer, place: Open, at: number): void {
  if (place.isAfterChild) {
    expectBlank(bytes, place.from, at);
    place.from = at + 1;
    place.isAfterChild = false;
  } else place.comma = at;
}

/** Parses all complete children of what is open, from the outermost to the innermost. */
function parseSoFar(bytes: Buffer, open: readonly Open[]): void {
  for (const [depth, each] of open.entries()) {
    each.value ??= each.isArray ? [] : {};
    if (each.comma >= 0) {
      append(bytes, each, each.comma);
      each.from = each.comma + 1;
      each.comma = -1;
    }
    const inner = open[depth + 1];
    if (inner !== undefined && inner.value === undefined) begin(bytes, each, inner);
  }
}

/** Adds to an object or array the child that has begun in it. */
function begin(bytes: Buffer, outer: Open, inner: Open): void {
  if (outer.isAfterChild) throw unexpected(outer.from);
  inner.value = inner.isArray ? [] : {};
  const before = bytes.toString('utf8', outer.from, inner.at).trim();
  if (Array.isArray(outer.value)) {
    if (before !== '') throw unexpected(outer.from);
    inner.path = joined(outer.path, stepTo(`${outer.count}`, true));
    outer.value.push(inner.value);
  } else {
    if (!before.endsWith(':')) throw unexpected(inner.at);
    const [key = ''] = Object.keys(parsePart(`{${before}0}`, outer.from));
    if (isSuspicious(before)) checkStrings({ [key]: 0 }, outer.path);
    inner.path = joined(outer.path, stepTo(key, false));
    put(outer.value as Record<string, unknown>, key, inner.value);
  }
  outer.count++;
}

/** Adds the last children of what ends at `to`. */
function appendLast(bytes: Buffer, ended: Open, to: number): void {
  if (ended.isAfterChild) expectBlank(bytes, ended.from, to);
  else append(bytes, ended, to);
}

/** Adds the children up to `to`, of which there is at least one. */
function append(bytes: Buffer, place: Open, to: number): void {
  const { value, from, path } = place;
  const text = bytes.toString('utf8', from, to);
  const children = parsePart(place.isArray ? `[${text}]` : `{${text}}`, from);
  const isChecked = isSuspicious(text);
  if (Array.isArray(value) && Array.isArray(children)) {
    if (children.length === 0) throw unexpected(from);
    for (const item of children) {
      if (isChecked) checkStrings(item, joined(path, stepTo(`${place.count}`, true)));
      value.push(item);
      place.count++;
    }
    return;
  }
  const keys = Object.keys(children);
  if (keys.length === 0) throw unexpected(from);
  if (isChecked) checkStrings(children, path);
  for (const key of keys) put(value as Record<string, unknown>, key, (children as Record<string, unknown>)[key]);
  place.count += keys.length;
  if (place.count > MAX_MEMBERS) throw tooManyMembers(path);
}

function put(target: Record<string, unknown>, key: string, value: unknown): void {
  // As JSON.parse does: an assignment would set the prototype.
  if (key === '__proto__')
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  else target[key] = value;
}

function parsePart(text: string, from: number): object {
  try {
    return JSON.parse(text);
  } catch (cause) {
    // Positions in a part say nothing.
    const [why = ''] = (cause as Error).message.split(/ in JSON| \(line| at position/, 1);
    throw notJson(`${why}, after byte ${from}`, cause);
  }
}

function tooManyMembers(path: string): NgsiLdError {
  const detail = `${path || 'The body'} has more than ${MAX_MEMBERS} members, expected fewer`;
  return new NgsiLdError('BadRequestData', detail);
}

function expectBlank(bytes: Buffer, from: number, to: number): void {
  if (bytes.toString('utf8', from, to).trim() !== '') throw unexpected(from);
}

function unexpected(at: number): Error {
  return notJson(`Unexpected text after byte ${at}`);
}
