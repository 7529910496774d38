import type { AttributeInstance } from './entity.ts';
import type { NameExpander } from './names.ts';
import { expandAttributeName, parseDatasetId } from './parse/parse-attribute.ts';
import type { PastInstance } from './temporal/temporal-entity.ts';
import { parseTemporalFragment, pastInstances } from './temporal/temporal-fragment.ts';
import { badMember, checkDateTime, checkUri, isJsonObject, type JsonObject } from './values.ts';

/** The content of one line about an entity. */
export interface Measures {
  readonly id: string;
  /** Expanded; absent: those of the entity or of the whole file. */
  readonly types?: readonly string[];
  readonly instances: readonly PastInstance[];
}

/** The columns of a table of measures, found by their headers. */
export interface MeasureColumns {
  readonly id: number;
  readonly observedAt: number;
  readonly type?: number;
  readonly datasetId?: number;
  readonly unitCode?: number;
  /** In a long table, with one attribute per line: the columns of its name and value. */
  readonly attribute?: number;
  readonly value?: number;
  /** In a wide table, with one column per attribute. */
  readonly attributes: readonly { readonly column: number; readonly term: string; readonly name: string }[];
}

const ID = ['id', 'entityId'];
const PLAIN = ['observedAt', 'type', 'datasetId', 'unitCode', 'attribute', 'value'] as const;

/**
 * Finds the columns by their headers: `id` (or `entityId`), `observedAt`, and either `attribute` and `value` or one
 * column per attribute; optionally `type`, `datasetId`, `unitCode`.
 *
 * @throws NgsiLdError BadRequestData
 */
export function measureColumns(headings: readonly string[], names: NameExpander): MeasureColumns {
  const id = headings.findIndex((heading) => ID.includes(heading));
  const at = Object.fromEntries(
    PLAIN.map((name) => [name, headings.indexOf(name)]).filter(([, at]) => Number(at) >= 0),
  );
  if (id < 0) throw badMember('headings', headings.join(), 'a column id');
  if (at.observedAt === undefined) throw badMember('headings', headings.join(), 'a column observedAt');
  const isLong = at.attribute !== undefined && at.value !== undefined;
  const seen = new Set<string>();
  const attributes = headings.flatMap((term, column) => {
    const isOther = column === id || (PLAIN as readonly string[]).includes(term) || term === '';
    if (isLong || isOther) return [];
    const name = expandAttributeName(term, term, names);
    if (seen.has(name)) throw badMember('headings', term, 'each attribute once');
    seen.add(name);
    return [{ column, term, name }];
  });
  if (!isLong && attributes.length === 0) {
    throw badMember('headings', headings.join(), 'columns attribute and value, or a column for each attribute');
  }
  return { id, observedAt: at.observedAt, ...at, attributes };
}

export interface MeasureReader {
  readonly names: NameExpander;
  /** Numbers use a decimal comma: `21,5`. */
  readonly decimalComma: boolean;
  /** ISO 8601 UTC; the time of the import. */
  readonly at: string;
}

/**
 * Reads a line of a table. An empty field is ignored.
 *
 * @throws NgsiLdError BadRequestData
 */
export function readRow(fields: readonly string[], columns: MeasureColumns, reader: MeasureReader): Measures {
  const { names, at } = reader;
  const field = (column: number | undefined) => (column === undefined ? '' : (fields[column] ?? '').trim());
  const id = checkUri(field(columns.id), 'id');
  const observedAt = readTime(field(columns.observedAt), 'observedAt', at);
  const type = field(columns.type);
  const unitCode = field(columns.unitCode);
  const datasetId = field(columns.datasetId) === '' ? undefined : parseDatasetId(field(columns.datasetId), 'datasetId');
  const instance = (value: unknown): AttributeInstance => ({
    type: 'Property',
    value,
    createdAt: at,
    modifiedAt: at,
    ...(datasetId !== undefined && { datasetId }),
    observedAt,
    ...(unitCode !== '' && { unitCode }),
  });
  const instances: PastInstance[] = [];
  if (columns.value !== undefined && columns.attribute !== undefined) {
    const term = field(columns.attribute);
    const text = field(columns.value);
    if (text === '') throw badMember('value', text, 'a value');
    instances.push({
      name: expandAttributeName(term, 'attribute', names),
      instance: instance(readValue(text, reader)),
    });
  } else {
    for (const { column, name } of columns.attributes) {
      const text = field(column);
      if (text !== '') instances.push({ name, instance: instance(readValue(text, reader)) });
    }
    if (instances.length === 0)
      throw badMember(columns.attributes[0]?.term ?? 'value', '', 'a value in one of its columns');
  }
  return { id, ...(type !== '' && { types: [names.type(type)] }), instances };
}

/**
 * Reads a line of NDJSON: an entity in any representation of 5.2.20. `observedAt` beside `id` applies to all attributes
 * without one of their own.
 *
 * @throws NgsiLdError BadRequestData, InvalidRequest
 */
export function readEntity(line: unknown, { names, at }: MeasureReader): Measures {
  const body: JsonObject | unknown = line;
  if (!isJsonObject(body)) throw badMember('line', body, 'a JSON object: one entity');
  const { observedAt: common, ...entity } = body;
  const time = common === undefined ? undefined : readTime(common, 'observedAt', at);
  const fragment = parseTemporalFragment(entity, names);
  const { id, types } = fragment;
  const instances = pastInstances(fragment, at).map(({ name, instance }) => {
    const own = instance.observedAt ?? time;
    if (own === undefined)
      throw badMember('observedAt', undefined, 'the time of the measure, of the line or of each attribute');
    return { name, instance: { ...instance, observedAt: readTime(own, 'observedAt', at) } };
  });
  if (instances.length === 0) throw badMember('line', Object.keys(body), 'at least one attribute');
  return { id: checkUri(id, 'id'), ...(types !== undefined && { types }), instances };
}

const NUMBER = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;
const COMMA_NUMBER = /^-?\d+,\d+$/;

function readValue(text: string, { decimalComma }: MeasureReader): unknown {
  if (NUMBER.test(text)) {
    const number = Number(text);
    return Number.isFinite(number) ? number : text;
  }
  if (decimalComma && COMMA_NUMBER.test(text)) return Number(text.replace(',', '.'));
  return text === 'true' ? true : text === 'false' ? false : text;
}

const OFFSET = /[+-]\d\d:\d\d$/;
/** Each month of history is a separate table, and a typing error in a year must not create one. */
const EARLIEST = '1970-01-01T00:00:00Z';

function readTime(text: unknown, field: string, at: string): string {
  const utc = typeof text === 'string' && OFFSET.test(text) ? inUtc(text) : text;
  const time = checkDateTime(utc, field);
  const latest = `${Number(at.slice(0, 4)) + 1}${at.slice(4)}`;
  if (time < EARLIEST || time > latest) throw badMember(field, text, `a time from ${EARLIEST} to ${latest}`);
  return time;
}

function inUtc(text: string): string {
  const time = Date.parse(text);
  return Number.isNaN(time) ? text : new Date(time).toISOString();
}
