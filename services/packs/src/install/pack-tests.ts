import { bodyReader } from '@alzette/kit/bodies';
import { instantOf, localDaysOf } from '@alzette/kit/calendar';
import { byName, object, Type, type Value } from '@alzette/kit/contract';
import { PackFault } from '../archive/archive.ts';
import { type AskProduct, type ConfigurationDocument, mustAnswer } from '../documents/kinds.ts';

const DAY_MS = 86_400_000;

/** Rules of a night or of working hours pass their tests in each time zone if the times are local ones. */
const Instant = Type.String({
  pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(Z|[+-]\\d\\d:\\d\\d)?$',
  description: 'ISO 8601; without Z or an offset it is the local time of the territory',
});

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
 * @param timeZone of the territory
 *
 * @returns what failed, in a sentence
 */
export async function failureOf(
  ask: AskProduct,
  { name, alarms, rule, entity, readings, until }: PackTest,
  { rules, timeZone }: { readonly rules: readonly ConfigurationDocument[]; readonly timeZone: string },
): Promise<string | undefined> {
  const document = rules.find(({ id }) => id === rule);
  if (document === undefined) return `tests/${name}: rule: the pack has no rule ${rule}`;
  const at = instantsIn(timeZone);
  const body = {
    rule: document,
    entity,
    readings: readings.map((reading) => ({ ...reading, at: at(reading.at) })),
    until: at(until),
  };
  const answer = (await mustAnswer(ask, 'POST', '/rules/replay', { body })) as {
    readonly alarms: readonly { readonly raisedAt: string; readonly clearedAt?: string }[];
  };
  const got = timesOf(answer.alarms, at);
  const expected = timesOf(alarms, at);
  return got === expected ? undefined : `tests/${name}: got ${got}, expected ${expected}`;
}

function timesOf(
  alarms: readonly { readonly raisedAt: string; readonly clearedAt?: string | undefined }[],
  at: (text: string) => string,
): string {
  const texts = alarms.map(
    ({ raisedAt, clearedAt }) => `${at(raisedAt)} to ${clearedAt === undefined ? 'the end' : at(clearedAt)}`,
  );
  return texts.length === 0 ? 'no alarm' : texts.join(', ');
}

/** @returns the instant of a text, which may be a local time, in UTC */
function instantsIn(timeZone: string): (text: string) => string {
  const localDays = localDaysOf(timeZone);
  return (text) => {
    const hasOffset = /(Z|[+-]\d\d:\d\d)$/.test(text);
    const asUtc = new Date(hasOffset ? text : `${text}Z`).getTime();
    return new Date(hasOffset ? asUtc : Math.round(instantOf(asUtc / DAY_MS, localDays))).toISOString();
  };
}
