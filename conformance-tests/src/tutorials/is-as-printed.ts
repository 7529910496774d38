import type { PrintedRequest } from './read-tutorial.ts';

/**
 * Whether an answer corresponds to the printed one: a success, and if JSON is printed the same documents, each with at
 * least the printed members. Values may differ, because they come from simulated devices and an earlier day, and so may
 * ids of objects that are not entities.
 *
 * @returns the difference
 */
export function isAsPrinted({ answer, path }: PrintedRequest, status: number, text: string): string | undefined {
  if (status >= 300) return `${status} ${text.slice(0, 300)}`;
  if (answer === undefined || text === '') return undefined;
  let got: unknown;
  try {
    got = JSON.parse(text);
  } catch {
    return `no JSON: ${text.slice(0, 100)}`;
  }
  const isOfEntities = /^\/ngsi-ld\/v1\/(?:entities|entityOperations)\b/.test(path);
  const [printed, given] = [answer, got].map((document) => [document].flat().map((one) => shapeOf(one, isOfEntities)));
  const missing = (printed ?? []).filter((shape) => !(given ?? []).some((other) => covers(other, shape)));
  if (missing.length === 0 && (!isOfEntities || printed?.length === given?.length)) return undefined;
  return `got ${JSON.stringify(given).slice(0, 400)}, printed ${JSON.stringify(printed).slice(0, 400)}`;
}

interface Shape {
  readonly id: unknown;
  readonly members: readonly string[];
}

function shapeOf(document: unknown, isOfEntities: boolean): Shape {
  if (typeof document !== 'object' || document === null) return { id: document, members: [] };
  const { id, '@context': _context, ...members } = document as Record<string, unknown>;
  // Members that differ between brokers.
  const { contextSourceExtras: _extras, ...common } = members;
  return { id: isOfEntities ? id : undefined, members: Object.keys(common).sort() };
}

function covers(given: Shape, printed: Shape): boolean {
  return given.id === printed.id && printed.members.every((member) => given.members.includes(member));
}
