import type { AccessNeed } from '../access/access.ts';
import type { JsonSchema } from '../bodies/body-reader.ts';
import type { ParameterShape } from '../parameters/read-parameters.ts';

/** Options that any route takes, whatever its parameters and its body. */
interface OperationOptions {
  readonly config: object;
  readonly bodyLimit?: number;
}

/** What a route says of itself: who may use it, and how `/openapi` tells of it. */
export interface Operation {
  readonly access: AccessNeed;
  /** One line. */
  readonly summary: string;
  /** It makes a credential that lasts: only for a token of a user who has signed in just now. */
  readonly recentSignIn?: boolean;
  readonly query?: ParameterShape;
  readonly body?: JsonSchema;
  /** Absent: it answers without a body. */
  readonly answer?: JsonSchema;
  /** Longest body, bytes. Default: that of the scope. */
  readonly bodyLimit?: number;
}

/** The options of a route: `scope.get('/alarms', operation({ access: 'read', summary: '…' }), handler)`. */
export function operation({
  access,
  summary,
  query,
  body,
  answer,
  bodyLimit,
  recentSignIn,
}: Operation): OperationOptions {
  const openapi = {
    summary,
    ...(query && { query: Object.fromEntries(Object.entries(query).map(([name, { schema }]) => [name, schema])) }),
    ...(body && { body }),
    ...(answer && { answer }),
  };
  return {
    config: { access, openapi, ...(recentSignIn && { recentSignIn }) },
    ...(bodyLimit !== undefined && { bodyLimit }),
  };
}
