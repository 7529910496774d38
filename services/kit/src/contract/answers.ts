import type { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { TSchema } from 'typebox';
import { bodyReader } from '../bodies/body-reader.ts';
import { Problem } from '../problems/problems.ts';
import { type Content, isMedia, type Media, type OperationContract, type Value } from './contract.ts';

/** An answer with its status, where an operation has several. */
export class Answer<S extends number, V> {
  readonly status: S;
  readonly value: V;

  constructor(status: S, value: V) {
    this.status = status;
    this.value = value;
  }
}

/** `return answer(201, { id })`: for an operation with several statuses. */
export function answer<const S extends number>(status: S): Answer<S, undefined>;
export function answer<const S extends number, V>(status: S, value: V): Answer<S, V>;
export function answer(status: number, value?: unknown): Answer<number, unknown> {
  return new Answer(status, value);
}

/** What a handler returns: the value, or an `answer` if there are several statuses. */
export type AnswerOf<O> = O extends { readonly answers: infer A extends { readonly [status: number]: Content } }
  ? IsUnion<keyof A> extends true
    ? { [S in keyof A]: S extends number ? Answer<S, Sent<A[S]>> : never }[keyof A]
    : Sent<A[keyof A]>
  : never;

type IsUnion<T, All = T> = T extends unknown ? ([All] extends [T] ? false : true) : never;

/** A handler may also send a file itself, and return the reply. */
type Sent<C> = C extends Media
  ? Readable | Buffer | string | FastifyReply
  : C extends TSchema
    ? WithDates<Value<C>>
    : undefined;

/** JSON makes texts of dates. */
type WithDates<T> = string extends T ? T | Date : T extends object ? { readonly [K in keyof T]: WithDates<T[K]> } : T;

declare module 'fastify' {
  interface FastifyInstance {
    /** Whether answers are compared with their contracts: in tests and development, because it costs time. */
    checksAnswers?: boolean;
  }
}

/** Compares answers with the schemas of an operation, which are compiled for its first answer. */
export function answerCheck(title: string, { answers }: OperationContract): (status: number, value: unknown) => void {
  const readers = new Map(
    Object.entries(answers).flatMap(([status, content]) =>
      content === null || isMedia(content) ? [] : [[Number(status), bodyReader(content)] as const],
    ),
  );
  return (status, value) => {
    try {
      const text = JSON.stringify(value);
      readers.get(status)?.(text === undefined ? undefined : JSON.parse(text));
    } catch (cause) {
      const { message } = cause as Error;
      throw new Problem(500, 'The answer differs from its contract', `${title} ${status}: ${message}`, { cause });
    }
  };
}
