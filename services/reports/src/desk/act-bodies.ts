import { bodyReader, type JsonSchema, object } from '@alzette/kit/bodies';
import { refused } from '@alzette/kit/problems';
import { LANGUAGES } from '../categories/category.ts';
import type { Act } from '../report/acts.ts';
import { HIDDEN_CAUSES, STATUSES } from '../report/report.ts';

const WORDS = { type: 'string', minLength: 1, maxLength: 2000 };
/** Also one level of a scope, which policies use to name the members of the organisation. */
const ORGANISATION = { type: ['string', 'null'], pattern: '^[A-Za-z][A-Za-z0-9_]{0,63}$' };
const SOMEBODY = { type: ['string', 'null'], minLength: 1, maxLength: 100, pattern: '^[\\p{L}\\p{N}_.-]+$' };
const REPORT = { type: 'string', pattern: '^[0-9A-Z]{10}$' };
const PHOTOS = { type: 'array', items: { type: 'string' }, maxItems: 10 };
const SHARE = { type: 'number', minimum: 0, maximum: 1 };
const LENGTH = { type: 'number', exclusiveMinimum: 0, maximum: 1 };
const AREA = object({ x: SHARE, y: SHARE, width: LENGTH, height: LENGTH }, ['x', 'y', 'width', 'height']);
const AREAS = { type: 'array', items: AREA, minItems: 1, maxItems: 20 };
const LANGUAGE = { enum: LANGUAGES };
const of = (
  act: string,
  members: { readonly [name: string]: object },
  required: readonly string[] = Object.keys(members),
) => object({ act: { const: act }, ...members }, ['act', ...required]);

/** The acts of the desk by name. */
const SCHEMAS: { readonly [act: string]: JsonSchema } = {
  accept: of(
    'accept',
    { text: { type: 'string', maxLength: 2000 }, address: { type: 'string', maxLength: 200 }, photos: PHOTOS },
    [],
  ),
  hide: of('hide', { reason: WORDS, cause: { enum: HIDDEN_CAUSES } }, ['reason']),
  blur: of('blur', { photo: { type: 'string' }, areas: AREAS }),
  status: of('status', { status: { enum: STATUSES }, text: WORDS, language: LANGUAGE }, ['status']),
  update: of('update', { text: WORDS, language: LANGUAGE }, ['text']),
  note: of('note', { text: WORDS }),
  assign: of('assign', { organisation: ORGANISATION, assignee: SOMEBODY }, []),
  promise: of('promise', { date: { type: 'string', format: 'date-time' } }),
  categorise: of('categorise', { category: { type: 'string', maxLength: 40 } }),
  merge: of('merge', { into: REPORT }),
};
const READERS = new Map(Object.entries(SCHEMAS).map(([act, schema]) => [act, bodyReader<Act>(schema)]));

export const ACT_BODY: JsonSchema = {
  type: 'object',
  properties: { act: { enum: Object.keys(SCHEMAS) } },
  required: ['act'],
};

/** @throws Problem 400: names the member */
export function readAct(body: unknown): Act {
  const act = typeof body === 'object' && body !== null ? (body as { act?: unknown }).act : undefined;
  const read = typeof act === 'string' ? READERS.get(act) : undefined;
  if (read === undefined) throw refused('act', act, `one of ${[...READERS.keys()].join(', ')}`);
  return read(body);
}

const MAX_CONCURRENT = 200;
export const BULK_BODY = object(
  {
    reports: { type: 'array', items: REPORT, minItems: 1, maxItems: MAX_CONCURRENT, uniqueItems: true },
    act: ACT_BODY,
  },
  ['reports', 'act'],
);
