import { Mismatch, summary } from './mismatch.ts';
import type { Json } from './rig/broker.ts';
import type { Answer } from './rig/exchange.ts';
import { difference, differenceInOrder } from './same.ts';

const ERRORS = 'https://uri.etsi.org/ngsi-ld/errors/';

/** The status of each error type (6.3.2). */
const STATUS_OF = {
  InvalidRequest: 400,
  BadRequestData: 400,
  AlreadyExists: 409,
  Conflict: 409,
  ResourceNotFound: 404,
  NonexistentTenant: 404,
  OperationNotSupported: 422,
  LdContextNotAvailable: 504,
} as const;

type ProblemType = keyof typeof STATUS_OF;

export function expectStatus(answer: Answer, status: number): void {
  if (answer.status !== status) throw new Mismatch(`status ${status}`, summary(answer), answer.request);
}

/** Expects ProblemDetails of one of the types, with the corresponding status (5.5.2, 6.3.2). */
export function expectProblem(answer: Answer, ...types: readonly ProblemType[]): void {
  const wanted = types.map((type) => `${STATUS_OF[type]} ${type}`).join(' or ');
  const isOneOf = types.some(
    (type) => answer.status === STATUS_OF[type] && memberOf(answer.body, 'type') === ERRORS + type,
  );
  if (!isOneOf) throw new Mismatch(wanted, summary(answer), answer.request);
}

/** Expects 204 with neither body nor Content-Length (6.3.6). */
export function expectNoContent(answer: Answer): void {
  expectStatus(answer, 204);
  if (answer.text !== '') throw new Mismatch('no body', summary(answer), answer.request);
}

/** Expects 200 with exactly this body, ignoring `@context`. */
export function expectBody(answer: Answer, expected: unknown): void {
  expectStatus(answer, 200);
  const fault = difference(withoutContext(answer.body), expected);
  if (fault !== undefined) throw new Mismatch(`200 ${shown(expected)}`, `${fault}\n${summary(answer)}`, answer.request);
}

/** Expects a document that is not a whole answer (a notification, a part of a body). */
export function expectSame(got: unknown, expected: unknown, answer?: Answer): void {
  const fault = difference(got, expected);
  if (fault !== undefined) throw new Mismatch(shown(expected), `${fault}\n${JSON.stringify(got)}`, answer?.request);
}

/** Expects 200 with entities of exactly these ids, in any order. */
export function expectIds(answer: Answer, ids: readonly string[]): void {
  expectStatus(answer, 200);
  const fault = difference(idsOf(answer), [...ids]);
  if (fault !== undefined) throw new Mismatch(`200 with the entities ${shown(ids)}`, summary(answer), answer.request);
}

/** Like `expectIds`, in this order. */
export function expectIdsInOrder(answer: Answer, ids: readonly string[]): void {
  expectStatus(answer, 200);
  const fault = differenceInOrder(idsOf(answer), [...ids]);
  if (fault !== undefined) {
    throw new Mismatch(`200 with the entities ${shown(ids)} in this order`, shown(idsOf(answer)), answer.request);
  }
}

/** Expects that the header has this value or matches; undefined: the header is missing. */
export function expectHeader(answer: Answer, name: string, expected: string | RegExp | undefined): void {
  const got = answer.headers[name.toLowerCase()];
  const isGood = expected instanceof RegExp ? got !== undefined && expected.test(got) : got === expected;
  if (!isGood) {
    const wanted = expected === undefined ? `no header ${name}` : `header ${name}: ${expected}`;
    throw new Mismatch(wanted, got === undefined ? 'no such header' : `${name}: ${got}`, answer.request);
  }
}

/** Expects any other condition of the clause. */
export function expectThat(isTrue: boolean, expected: string, answer: Answer): void {
  if (!isTrue) throw new Mismatch(expected, summary(answer), answer.request);
}

/** Expects 207 with these successful ids, and errors of these types by id (5.2.16). */
export function expectBatchResult(
  answer: Answer,
  success: readonly string[],
  errors: readonly (readonly [id: string, type: ProblemType])[],
): void {
  expectStatus(answer, 207);
  const entries = Array.isArray(memberOf(answer.body, 'errors')) ? (memberOf(answer.body, 'errors') as Json[]) : [];
  const got = {
    success: memberOf(answer.body, 'success'),
    errors: entries.map(
      (entry) => `${String(entry.entityId)} ${String(memberOf(entry.error, 'type')).replace(ERRORS, '')}`,
    ),
  };
  const expected = { success: [...success], errors: errors.map(([id, type]) => `${id} ${type}`) };
  const fault = difference(got, expected);
  if (fault !== undefined) throw new Mismatch(`207 ${shown(expected)}`, `${fault}\n${summary(answer)}`, answer.request);
}

export function idsOf(answer: Answer): unknown[] {
  if (!Array.isArray(answer.body)) throw new Mismatch('an array of entities', summary(answer), answer.request);
  return answer.body.map((entity) => memberOf(entity, 'id'));
}

/** A member of a value that need not be an object. */
export function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Json)[name] : undefined;
}

/** The member at the end of a path of names. */
export function at(value: unknown, ...names: readonly (string | number)[]): unknown {
  return names.reduce((inner: unknown, name) => memberOf(inner, String(name)), value);
}

/** The document, or each document of an array, without its `@context`. */
export function withoutContext(body: unknown): unknown {
  if (Array.isArray(body)) return body.map(withoutContext);
  if (typeof body !== 'object' || body === null) return body;
  const { '@context': _, ...rest } = body as Json;
  return rest;
}

function shown(value: unknown): string {
  return JSON.stringify(value, (_name, inner: unknown) => (typeof inner === 'function' ? '<…>' : inner));
}
