import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Value } from '../../../broker/test/fuzz/hostile-values.ts';
import type { Random } from '../../../broker/test/fuzz/random.ts';
import { madeOf, type Schema } from './good-bodies.ts';

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly schema: Schema;
  readonly example?: unknown;
}

interface Content {
  readonly [type: string]: { readonly schema: Schema; readonly example?: Value };
}

/** An operation of `/openapi` as its contract says it. */
interface Described {
  readonly tags: readonly string[];
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: { readonly [status: string]: { readonly content?: Content } };
}

export interface ContractOperation {
  readonly title: string;
  /** A call that is valid, or nearly. */
  call(random: Random, ids: readonly string[]): ContractCall;
  /** How an answer differs from the contract. */
  faultOf(
    call: ContractCall,
    answer: { readonly status: number; readonly type: string; readonly body: string },
  ): string | undefined;
}

export interface ContractCall {
  readonly method: string;
  readonly url: string;
  readonly body?: Value;
  /** Whether the body is valid by the schema; undefined: it is a file, or there is none. */
  readonly isValid?: boolean;
}

const ajv = new Ajv2020({ strict: false, allowUnionTypes: true });
addFormats.default(ajv);
const JSON_TYPE = 'application/json';

type Paths = { readonly [path: string]: { readonly [method: string]: Described } };

/** All operations but those of the standard, whose documents are open. */
export function contractOperations(paths: Paths): ContractOperation[] {
  return ownOperations(paths).map(([method, path, described]) => operationOf(method, path, described));
}

/** Those that do not tell what each status answers: a schema, a file, or nothing. */
export function operationsWithoutAnswers(paths: Paths): string[] {
  return ownOperations(paths).flatMap(([method, path, { responses }]) => {
    const told = Object.entries(responses).filter(([status]) => /^[1-5]\d\d$/.test(status));
    const isTold = told.every(([, { content = {} }]) =>
      Object.values(content).every(({ schema }) => schema !== undefined),
    );
    return told.length > 0 && isTold ? [] : [`${method} ${path}`];
  });
}

function ownOperations(paths: Paths): (readonly [method: string, path: string, described: Described])[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, { tags }]) => !tags.includes('NGSI-LD'))
      .map(([method, described]) => [method.toUpperCase(), path, described] as const),
  );
}

function operationOf(
  method: string,
  path: string,
  { parameters, requestBody, responses }: Described,
): ContractOperation {
  const body = requestBody?.content[JSON_TYPE];
  const isBody = body && ajv.compile(body.schema);
  const answers = new Map<string, ValidateFunction | undefined>(
    Object.entries(responses).map(([status, { content }]) => {
      const schema = content?.[JSON_TYPE]?.schema;
      return [status, schema && ajv.compile(schema)];
    }),
  );
  const textFor = (random: Random, { schema, example }: Parameter, ids: readonly string[]) => {
    if (random.chance(0.1)) return random.pick(['-1', 'nothing', '2026-02-30', 'a'.repeat(300)]);
    if (schema.type === 'string' && ids.length > 0 && random.chance(0.3)) return random.pick(ids);
    return String(example !== undefined && random.chance(0.5) ? example : madeOf(random, schema));
  };
  return {
    title: `${method} ${path}`,
    call(random, ids) {
      const of = (place: string) => parameters.filter((parameter) => parameter.in === place);
      const filled = of('path').reduce(
        (url, parameter) => url.replace(`{${parameter.name}}`, encodeURIComponent(textFor(random, parameter, ids))),
        path,
      );
      const query = new URLSearchParams(
        of('query')
          .filter(({ example }) => example !== undefined || random.chance(0.4))
          .map((parameter): [string, string] => [parameter.name, textFor(random, parameter, ids)]),
      );
      const url = query.size === 0 ? filled : `${filled}?${query}`;
      if (body === undefined || isBody === undefined) return { method, url };
      const good = body.example !== undefined && random.chance(0.5) ? body.example : madeOf(random, body.schema);
      const sent = random.chance(0.5) ? good : nearly(random, good);
      return { method, url, body: sent, isValid: isBody(sent) };
    },
    faultOf({ isValid }, { status, type, body: text }) {
      if (status >= 500) return `the server is at fault: ${status}`;
      if (status >= 300) return undefined;
      if (isValid === false) return `an invalid body is accepted: ${status}`;
      if (!answers.has(String(status))) return `the contract does not tell the status ${status}`;
      const isAnswer = answers.get(String(status));
      if (isAnswer === undefined || !type.includes('json')) return undefined;
      if (isAnswer(JSON.parse(text))) return undefined;
      return `the answer differs from its schema: ${ajv.errorsText(isAnswer.errors)}`;
    },
  };
}

/** The value with one member or item removed, added, or replaced by another kind of value. */
function nearly(random: Random, value: Value): Value {
  const other = () => random.pick<Value>([null, true, -1, 1e9, 'x', '', 'y'.repeat(5000), [], {}, [1, 'a'], { a: 1 }]);
  if (typeof value !== 'object' || value === null || random.chance(0.2)) return other();
  if (Array.isArray(value)) {
    const items = value as readonly Value[];
    if (items.length === 0 || random.chance(0.3)) return [...items, other()];
    const at = random.below(items.length);
    return items.map((item, n) => (n === at ? nearly(random, item) : item));
  }
  const members = Object.entries(value as { readonly [member: string]: Value });
  if (members.length === 0 || random.chance(0.2)) return Object.fromEntries([...members, ['unknown', other()]]);
  const at = random.below(members.length);
  if (random.chance(0.3)) return Object.fromEntries(members.filter((_, n) => n !== at));
  return Object.fromEntries(members.map(([name, member], n) => [name, n === at ? nearly(random, member) : member]));
}
