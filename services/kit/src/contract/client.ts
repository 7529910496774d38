import type { TSchema } from 'typebox';
import type { CallOf, Content, Contract, Media, PathTable, Value } from './contract.ts';

/** Sends a request and reads its answer: JSON as a value, anything else as a Blob. An error status is an exception. */
export type Transport = (request: ClientRequest) => Promise<unknown>;

export interface ClientRequest {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
}

interface CallOptions {
  readonly signal?: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A function for each operation: `energy.building({ params: { id }, signal })`. */
export type Client<C extends Contract> = {
  readonly [N in keyof C['operations']]: (
    ...call: object extends CallOf<C['operations'][N]>
      ? [call?: CallOf<C['operations'][N]> & CallOptions]
      : [call: CallOf<C['operations'][N]> & CallOptions]
  ) => Promise<Answered<C['operations'][N]>>;
};

/** What an operation answers. */
export type Answered<O> = O extends { readonly answers: infer A extends { readonly [status: number]: Content } }
  ? Received<A[keyof A]>
  : never;

type Received<T> = T extends Media ? Blob : T extends TSchema ? Value<T> : undefined;

interface Call extends CallOptions {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}

declare const ANSWER: unique symbol;

/** The path of a read, typed with what it answers. */
export type AnswerPath<A> = string & { readonly [ANSWER]?: A };

/** A function for each operation that gives its path: for a reader that stores answers by their paths. */
export type AnswerPaths<C extends Contract> = {
  readonly [N in keyof C['operations']]: (
    ...call: object extends CallOf<C['operations'][N]>
      ? [call?: CallOf<C['operations'][N]>]
      : [call: CallOf<C['operations'][N]>]
  ) => AnswerPath<Exclude<Answered<C['operations'][N]>, undefined>>;
};

/** The paths of the operations of a contract: `answerPaths<Contract>(PATHS).building({ params: { id } })`. */
export function answerPaths<C extends Contract>(paths: C['paths']): AnswerPaths<C> {
  const functions = Object.entries<PathTable[string]>(paths).map(([name, path]) => [
    name,
    (call?: Call) => pathOf(path, call),
  ]);
  return Object.fromEntries(functions) as AnswerPaths<C>; // typed by the contract
}

/** Calls the operations of a contract, of which a browser loads only the paths: `createClient<Contract>(PATHS, send)`. */
export function createClient<C extends Contract>(paths: C['paths'], send: Transport): Client<C> {
  const functions = Object.entries<PathTable[string]>(paths).map(([name, path]) => {
    const call = ({ params, query, ...rest }: Call = {}) =>
      send({ method: path.slice(0, path.indexOf(' ')), path: pathOf(path, { params, query }), ...rest });
    return [name, call];
  });
  return Object.fromEntries(functions) as Client<C>; // typed by the contract
}

/** The path of a call, for links and pictures. */
export function pathOf(
  path: PathTable[string],
  { params = {}, query = {} }: Pick<Call, 'params' | 'query'> = {},
): string {
  const filled = path
    .slice(path.indexOf(' ') + 1)
    .replace(/:(\w+)/g, (_all, name) => encodeURIComponent(textOf(params[name])));
  const asked = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, textOf(value)] as [string, string]],
  );
  return asked.length === 0 ? filled : `${filled}?${new URLSearchParams(asked)}`;
}

function textOf(value: unknown): string {
  return value instanceof Date ? value.toISOString() : String(value); // of an array: its values, separated by commas
}
