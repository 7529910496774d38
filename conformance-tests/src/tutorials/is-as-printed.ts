import type { PrintedRequest } from './read-tutorial.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * Whether an answer corresponds to the printed one: a success, and if JSON is printed the same documents, each with at
 * least the printed members. Ids of objects that are not entities may differ.
 *
 * @param byValue values have to be the printed ones as well, except what differs with the day and the host
 * @returns the difference
 */
export function isAsPrinted(
  { answer, path }: PrintedRequest,
  status: number,
  text: string,
  byValue: boolean,
): string | undefined {
  if (status >= 300) return `${status} ${text.slice(0, 300)}`;
  if (answer === undefined || text === '') return undefined;
  let got: unknown;
  try {
    got = JSON.parse(text);
  } catch {
    return `no JSON: ${text.slice(0, 100)}`;
  }
  const isOfEntities = /^\/ngsi-ld\/v1\/(?:entities|entityOperations)\b/.test(path);
  const [printed, given] = [answer, got].map((document) => [document].flat());
  const isSame = (one: unknown, other: unknown) =>
    byValue ? hasValues(one, other, isOfEntities ? '' : 'id') : covers(one, other, isOfEntities);
  const missing = (printed ?? []).filter((document) => !(given ?? []).some((other) => isSame(other, document)));
  if (missing.length === 0 && (!isOfEntities || printed?.length === given?.length)) return undefined;
  return `got ${JSON.stringify(given).slice(0, 2000)}, printed ${JSON.stringify(missing).slice(0, 2000)}`;
}

/** Members that differ between brokers. */
const OWN: ReadonlySet<string> = new Set(['contextSourceExtras', '@context']);

function covers(given: unknown, printed: unknown, withId: boolean): boolean {
  if (!isObject(given) || !isObject(printed)) return given === printed;
  const members = Object.keys(printed).filter((name) => name !== 'id' && !OWN.has(name));
  return (!withId || given.id === printed.id) && members.every((member) => member in given);
}

/** What differs with the day: times, what a subscription counts, and how a broker calls itself. */
const OF_THE_DAY =
  /^(?:(?:created|modified|observed|notified)At|unitTime|last(?:Notification|Success|Failure)|timesSent|timesFailed|contextSource\w+)$/;
const URL_WITH_HOST = /^https?:\/\/[^/]+/;

/** Whether each printed value is given; `free` is a member whose value may differ. */
function hasValues(given: unknown, printed: unknown, free: string): boolean {
  if (Array.isArray(printed)) {
    const others = [given].flat();
    return (
      others.length === printed.length && printed.every((each) => others.some((other) => hasValues(other, each, '')))
    );
  }
  if (isObject(printed)) {
    return (
      isObject(given) &&
      Object.entries(printed).every(
        ([name, value]) =>
          name === free ||
          OWN.has(name) ||
          (name in given && (OF_THE_DAY.test(name) || hasValues(given[name], value, ''))),
      )
    );
  }
  if (typeof printed !== 'string' || typeof given !== 'string') return given === printed;
  return given.replace(URL_WITH_HOST, '') === printed.replace(URL_WITH_HOST, '');
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
