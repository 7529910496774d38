import { bodyReader } from '@alzette/kit/bodies';
import { byName, object, Type, type Value } from '@alzette/kit/contract';
import { PackFault } from '../archive/archive.ts';
import { type AskProduct, type ConfigurationDocument, mustAnswer } from '../documents/kinds.ts';

const Instant = Type.String({ format: 'date-time' });

/** A test of a rule: made-up readings of one entity, and the alarms that they must raise, in order. */
const PackTest = object({
  rule: Type.String({ minLength: 1, maxLength: 250 }),
  entity: Type.Object({ type: Type.String() }),
  readings: Type.Array(object({ at: Instant, values: byName(Type.Unknown()) }), { minItems: 1 }),
  until: Instant,
  alarms: Type.Array(object({ raisedAt: Instant, clearedAt: Type.Optional(Instant) })),
});
const readBody = bodyReader<Value<typeof PackTest>>(PackTest);

export interface PackTest extends Value<typeof PackTest> {
  readonly name: string;
}

/** @throws PackFault */
export function readTest(name: string, document: unknown): PackTest {
  try {
    return { name, ...readBody(document) };
  } catch (error) {
    throw new PackFault(`tests/${name}: ${(error as Error).message}`);
  }
}

/**
 * Runs a test in the product, which stores nothing of it.
 *
 * @returns what failed, in a sentence
 */
export async function failureOf(
  ask: AskProduct,
  { name, alarms, rule, entity, readings, until }: PackTest,
  rules: readonly ConfigurationDocument[],
): Promise<string | undefined> {
  const document = rules.find(({ id }) => id === rule);
  if (document === undefined) return `tests/${name}: rule: the pack has no rule ${rule}`;
  const body = { rule: document, entity, readings, until };
  const answer = (await mustAnswer(ask, 'POST', '/rules/replay', { body })) as {
    readonly alarms: readonly { readonly raisedAt: string; readonly clearedAt?: string }[];
  };
  const got = timesOf(answer.alarms);
  const expected = timesOf(alarms);
  return got === expected ? undefined : `tests/${name}: got ${got}, expected ${expected}`;
}

function timesOf(alarms: readonly { readonly raisedAt: string; readonly clearedAt?: string | undefined }[]): string {
  const time = (text: string) => new Date(text).toISOString();
  const texts = alarms.map(
    ({ raisedAt, clearedAt }) => `${time(raisedAt)} to ${clearedAt === undefined ? 'the end' : time(clearedAt)}`,
  );
  return texts.length === 0 ? 'no alarm' : texts.join(', ');
}
