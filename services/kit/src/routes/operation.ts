import { Type } from 'typebox';
import type { AccessNeed } from '../access/access.ts';
import type { JsonSchema } from '../bodies/json-schema.ts';
import type { RequestObjects } from '../objects/objects.ts';
import type { ParameterShape } from '../parameters/parameter-shape.ts';
import type { AuditedChange } from './audited-change.ts';
import { type Answers, describeAnswers, media } from './content.ts';

/** Route options that do not depend on parameters and body. */
interface OperationOptions {
  readonly config: object;
  readonly bodyLimit?: number;
}

/** The description of a route: the required right, and its documentation in `/openapi`. */
export interface Operation {
  readonly access: AccessNeed;
  /**
   * What a request is about, judged before the handler. Required where `access` is `read`, `write`, `subscribe` or
   * `known`, because the right to a route is not yet the right to its objects.
   */
  readonly objects?: RequestObjects;
  /**
   * For an operation that requires nothing, and yet serves tenants that are not public: because it checks a secret of
   * the request, or because its answer has nothing of a tenant.
   */
  readonly anyTenant?: true;
  /** For operations that change what is configured. */
  readonly audited?: AuditedChange;
  /** One line. */
  readonly summary: string;
  /** It creates a long-lived credential, so it requires a token of a user who has recently signed in. */
  readonly recentSignIn?: boolean;
  readonly query?: ParameterShape;
  readonly body?: JsonSchema;
  readonly answers: Answers;
  /** The maximum body size in bytes. Default: that of the scope. */
  readonly bodyLimit?: number;
}

/** The options of a route: `scope.get('/alarms', operation({ access: 'read', summary: '…' }), handler)`. */
export function operation({
  access,
  objects,
  anyTenant,
  audited,
  summary,
  query,
  body,
  answers,
  bodyLimit,
  recentSignIn,
}: Operation): OperationOptions {
  const openapi = {
    summary,
    ...(query && { query: Object.fromEntries(Object.entries(query).map(([name, { schema }]) => [name, schema])) }),
    ...(body && { body }),
    answers: describeAnswers(answers),
  };
  return {
    config: {
      access,
      openapi,
      ...(objects && { objects }),
      ...(anyTenant && { anyTenant }),
      ...(audited && { audited }),
      ...(recentSignIn && { recentSignIn }),
    },
    ...(bodyLimit !== undefined && { bodyLimit }),
  };
}

/** The answers of a page, and of a form of it, which leads to the next page. */
export const PAGE: Answers = { 200: media('text/html; charset=utf-8') };
export const FORM: Answers = { ...PAGE, 303: null };
/** It is done, and there is nothing to tell. */
export const DONE: Answers = { 204: null };
/** A document whose form another standard describes. */
export const DOCUMENT: Answers = { 200: Type.Object({}) };
