import { contentsOf, describeAnswers } from '../routes/content.ts';
import type { OperationContract, ParameterShape } from './contract.ts';

type Schemas = { readonly [name: string]: { readonly [keyword: string]: unknown } };

interface Described {
  readonly summary: string;
  readonly params?: Schemas;
  readonly query?: Schemas;
  /** Of the request's body, by media type. */
  readonly bodies?: Schemas;
  /** A valid call: its `params`, `query` and `body`. */
  readonly call?: OperationContract['example'];
  /** The schemas of each status by media type. */
  readonly answers: { readonly [status: string]: Schemas };
}

/** What an operation looks like in `/openapi`. */
export function describe({ summary, params, query, body, answers, example }: OperationContract): Described {
  return {
    summary,
    ...(params && { params: schemasOf(params) }),
    ...(query && { query: schemasOf(query) }),
    ...(body && { bodies: contentsOf(body) }),
    ...(example && { call: example }),
    answers: describeAnswers(answers),
  };
}

function schemasOf(shape: ParameterShape): Schemas {
  return Object.fromEntries(Object.entries(shape).map(([name, { schema }]) => [name, schema]));
}
