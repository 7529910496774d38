import { shown } from '../../outgoing/outgoing.ts';
import { SourceError } from '../../outgoing/remote-error.ts';

/** An object of an answer, whose members may have any type. */
export type Json = Readonly<Record<string, unknown>>;

/** @param expected what should have come, e.g. `SIRI Lite`. @throws SourceError: it is no JSON */
export function parseJson(url: URL, body: Uint8Array, expected: string): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString());
  } catch (cause) {
    throw new SourceError(`${shown(url)} answered no JSON, expected ${expected}`, { cause });
  }
}

/** A value as an object; what is none has no members. */
export function objectOf(value: unknown): Json {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Json) : {};
}

/** The members of a list as objects; what is no list has none. */
export function listOf(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.map(objectOf) : [];
}
