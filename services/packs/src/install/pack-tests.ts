import { isDeepStrictEqual } from 'node:util';
import { bodyReader } from '@alzette/kit/bodies';
import { instantOf, localDaysOf } from '@alzette/kit/calendar';
import { byName, object, Type, type Value } from '@alzette/kit/contract';
import { PackFault } from '../archive/archive.ts';
import { type AskProduct, type ConfigurationDocument, type ConfigurationKind, mustAnswer } from '../documents/kinds.ts';

const DAY_MS = 86_400_000;

/** Rules of a night or of working hours pass their tests in each time zone if the times are local ones. */
const Instant = Type.String({
  pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(Z|[+-]\\d\\d:\\d\\d)?$',
  description: 'ISO 8601; without Z or an offset it is the local time of the territory',
});

/** A test of a rule: made-up readings of one entity, and the alarms that they must raise, in order. */
const RuleTest = object({
  rule: Type.String({ minLength: 1, maxLength: 250 }),
  entity: Type.Object({ type: Type.String() }),
  readings: Type.Array(object({ at: Instant, values: byName(Type.Unknown()) }), { minItems: 1 }),
  until: Instant,
  alarms: Type.Array(object({ raisedAt: Instant, clearedAt: Type.Optional(Instant) })),
});
/** A test of a source: what it would read, and the values of all entities that come of it, in order. */
const SourceTest = object({
  source: Type.String({ minLength: 1, maxLength: 250 }),
  sample: Type.Unknown({ description: 'the text of a file, or JSON' }),
  entities: Type.Array(object({ id: Type.String(), values: byName(Type.Unknown()) })),
});
const readRuleTest = bodyReader<Value<typeof RuleTest>>(RuleTest);
const readSourceTest = bodyReader<Value<typeof SourceTest>>(SourceTest);

type RuleTest = Value<typeof RuleTest> & { readonly name: string };
type SourceTest = Value<typeof SourceTest> & { readonly name: string };
export type PackTest = RuleTest | SourceTest;
type Documents = ReadonlyMap<ConfigurationKind, readonly ConfigurationDocument[]>;

/** @throws PackFault */
export function readTest(name: string, document: unknown): PackTest {
  try {
    const isOfSource = typeof document === 'object' && document !== null && 'source' in document;
    return { name, ...(isOfSource ? readSourceTest(document) : readRuleTest(document)) };
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
  test: PackTest,
  { documents, timeZone }: { readonly documents: Documents; readonly timeZone: string },
): Promise<string | undefined> {
  const of = (kind: string) => [...documents].find(([{ folder }]) => folder === kind)?.[1] ?? [];
  return 'source' in test ? failureOfSource(ask, test, of('sources')) : failureOfRule(ask, test, of('rules'), timeZone);
}

async function failureOfRule(
  ask: AskProduct,
  { name, alarms, rule, entity, readings, until }: RuleTest,
  rules: readonly ConfigurationDocument[],
  timeZone: string,
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

async function failureOfSource(
  ask: AskProduct,
  { name, source, sample, entities }: SourceTest,
  sources: readonly ConfigurationDocument[],
): Promise<string | undefined> {
  const document = sources.find(({ id }) => id === source);
  if (document === undefined) return `tests/${name}: source: the pack has no source ${source}`;
  const file = Buffer.from(typeof sample === 'string' ? sample : JSON.stringify(sample)).toString('base64');
  const body = { ...document, sample: file };
  const { items } = (await mustAnswer(ask, 'POST', '/iot/sources/preview', { body })) as {
    readonly items: readonly { readonly entities: readonly Previewed[] }[];
  };
  const read = items.flatMap((item) => item.entities);
  const got = read.map((entity, at) => ({
    id: entity.id,
    values: Object.fromEntries(
      Object.keys(entities[at]?.values ?? {}).map((attr) => [attr, (entity[attr] as { value?: unknown })?.value]),
    ),
  }));
  if (isDeepStrictEqual(got, entities)) return undefined;
  return `tests/${name}: got ${JSON.stringify(got)}, expected ${JSON.stringify(entities)}`;
}

interface Previewed {
  readonly id: string;
  readonly [attribute: string]: unknown;
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
