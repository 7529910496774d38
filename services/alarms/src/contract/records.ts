import { byName, object, type Static, Type, text, type Value, wholeNumber } from '@alzette/kit/contract';
import type { Geometry } from '@alzette/ngsi-ld-schemas';

// What alarms and work orders have in common.

export const Instant = Type.String({ format: 'date-time' });
export const Location = Type.Unsafe<Geometry>({ type: 'object', description: 'A GeoJSON geometry' });
export const OneOrMore = Type.Unsafe<string | string[]>({ type: ['string', 'array'], items: { type: 'string' } });

/**
 * An attribute of an entity in simplified form. The type is the one that we write; other programs may write anything.
 * Whoever may not read the attribute does not get it.
 */
export function ofEntity<S extends object>(schema: S) {
  return Type.Optional(Type.Unsafe<Static<S>>({ anyOf: [schema, {}] }));
}

export const JournalEntry = object({
  n: Type.Integer(),
  at: Instant,
  actor: Type.String({ description: 'The name in the audit' }),
  act: Type.String(),
  detail: byName(Type.Unknown()),
  key: Type.Optional(Type.String({ description: 'The client’s own id of the act' })),
});

/** The outcome of one act among several. */
const OUTCOME = {
  outcome: Type.Enum(['done', 'unchanged', 'refused']),
  status: Type.Optional(Type.Integer({ description: 'Only of a refused act' })),
  detail: Type.Optional(Type.String()),
};
export const AlarmOutcome = object({ alarm: Type.String(), ...OUTCOME });
export const KeyedOutcome = object({ key: Type.String(), ...OUTCOME });

export const PAGE = {
  limit: wholeNumber({ min: 1, max: 500, default: 50 }),
  offset: wholeNumber({ min: 0, max: 100_000, default: 0 }),
} as const;
export const WORD = text({ max: 100, pattern: /^[\p{L}\p{N}._:/-]+$/u, expected: 'a word' });
export const SCOPE = text({
  max: 500,
  pattern: /^\/[\p{L}\p{N}_/#+]+$/u,
  expected: 'a scope query such as /Villerupt/#',
});

export type Location = Value<typeof Location>;
export type JournalEntry = Value<typeof JournalEntry>;
export type ActOutcome = Omit<Value<typeof KeyedOutcome>, 'key'>;
