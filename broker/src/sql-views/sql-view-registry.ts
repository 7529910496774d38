import type { Database, Queryable } from '../database/database.ts';
import type { AttributeInstance } from '../model/entity.ts';
import { freeName, sqlName } from './sql-view-names.ts';
import {
  type ColumnKind,
  columnKind,
  FIXED_COLUMNS,
  LOCATION,
  type TypeView,
  viewStatements,
} from './sql-view-text.ts';

/** An attribute that occurs on entities of a type; without attribute: only the type. IRIs. */
export interface SeenAttribute {
  readonly type: string;
  readonly attribute?: string;
  readonly kind?: ColumnKind;
}

/**
 * Limits on views and columns, because clients could make up any number of names; PostgreSQL's limit is 1,600 columns.
 */
const MAX_TYPES = 1000;
const MAX_COLUMNS = 500;

const LOCK = `SELECT pg_advisory_xact_lock(hashtextextended('alzette.sql-views', 0))`;
// Waits only briefly for a view in use, because other queries would queue behind us.
const WAIT_SHORTLY = `SET LOCAL lock_timeout = '2s'`;
const VIEWS = `
  SELECT t.iri, t.view, c.attribute, c.name, c.kind
  FROM sql_type t LEFT JOIN sql_column c ON c.type = t.iri ORDER BY t.iri, c.position`;
const ADD_TYPE = 'INSERT INTO sql_type (iri, view) VALUES ($1, $2)';
const ADD_COLUMN = 'INSERT INTO sql_column (type, attribute, position, name, kind) VALUES ($1, $2, $3, $4, $5)';
const ADD_ATTRIBUTES = `INSERT INTO sql_attribute (iri) SELECT unnest($1::text[]) ON CONFLICT (iri) DO NOTHING`;
const KNOW_SCOPE = `
  INSERT INTO sql_attribute (iri) VALUES ('https://uri.etsi.org/ngsi-ld/scope') ON CONFLICT (iri) DO NOTHING`;
const FORGET_TYPES = 'DELETE FROM sql_type';
const ADD_PAST_ATTRIBUTES = `
  INSERT INTO sql_attribute (iri) SELECT DISTINCT attribute FROM history
  UNION SELECT name FROM birth CROSS JOIN LATERAL jsonb_object_keys(instances) AS name
  ON CONFLICT (iri) DO NOTHING`;

// The type of a column is the most frequent one among entities.
const STORED_SIGHTS = `
  SELECT t.type, a.key AS attribute, i.instance ->> 'type' AS instance_type, jsonb_typeof(i.instance -> 'value') AS value_type
  FROM entity e
  CROSS JOIN LATERAL unnest(e.types) AS t(type)
  LEFT JOIN LATERAL jsonb_each(e.document -> 'attributes') AS a ON true
  LEFT JOIN LATERAL jsonb_array_elements(a.value) AS i(instance) ON true
  GROUP BY 1, 2, 3, 4 ORDER BY count(*) DESC, 1, 2`;

interface ViewRow {
  readonly iri: string;
  readonly view: string;
  readonly attribute: string | null;
  readonly name: string;
  readonly kind: ColumnKind;
}

/** Registers the scope as an attribute, as in the history, although it is not one of entities. */
export async function registerScope(db: Queryable): Promise<void> {
  await db.query({ text: KNOW_SCOPE });
}

/** The existing views, by type IRI. */
export async function typeViews(db: Queryable): Promise<Map<string, TypeView>> {
  const { rows } = await db.query<ViewRow>({ text: VIEWS });
  const views = new Map<string, TypeView>();
  for (const { iri, view, attribute, name, kind } of rows) {
    const columns = views.get(iri)?.columns ?? [];
    views.set(iri, { type: iri, view, columns: attribute === null ? [] : [...columns, { attribute, name, kind }] });
  }
  return views;
}

/** Creates missing views and columns. Several processes may do so at the same time. */
export async function addSeenAttributes(db: Database, sights: readonly SeenAttribute[]): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.query({ text: LOCK });
    await add(tx, sights);
  });
}

/**
 * Scans all stored entities: for a database that is older than its views, and after a crash.
 *
 * @param rebuild creates all views again, with columns based on what most entities have now; refused while others
 * depend on them
 */
export async function refreshViews(db: Database, rebuild = false): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.query({ text: LOCK });
    if (rebuild) {
      for (const { view } of (await typeViews(tx)).values()) await tx.query({ text: `DROP VIEW ngsi."${view}"` });
      await tx.query({ text: FORGET_TYPES });
    }
    await add(tx, await storedSights(tx));
    await tx.query({ text: ADD_PAST_ATTRIBUTES });
  });
}

interface SeenAttributeRow {
  readonly type: string;
  readonly attribute: string | null;
  readonly instance_type: AttributeInstance['type'];
  readonly value_type: string | null;
}

const EXAMPLES: { readonly [type: string]: unknown } = { number: 0, boolean: false, string: '', object: {}, array: [] };

async function storedSights(tx: Queryable): Promise<SeenAttribute[]> {
  const { rows } = await tx.query<SeenAttributeRow>({ text: STORED_SIGHTS });
  return rows.map(({ type, attribute, instance_type, value_type }) => {
    if (attribute === null) return { type };
    return { type, attribute, kind: columnKind({ type: instance_type, value: EXAMPLES[value_type ?? ''] }) };
  });
}

async function add(tx: Queryable, sights: readonly SeenAttribute[]): Promise<void> {
  await tx.query({ text: WAIT_SHORTLY });
  const views = await typeViews(tx);
  const changed = new Set<string>();
  const names = new Set([...views.values()].map(({ view }) => view));
  for (const { type, attribute, kind } of sights) {
    let view = views.get(type);
    if (view === undefined) {
      if (views.size >= MAX_TYPES) continue;
      const name = freeName(`current_${sqlName(type)}`, (other) => names.has(other));
      names.add(name);
      view = { type, view: name, columns: [] };
      views.set(type, view);
      changed.add(type);
      await tx.query({ text: ADD_TYPE, values: [type, name] });
    }
    const { columns } = view;
    if (attribute === undefined || kind === undefined || attribute === LOCATION) continue;
    if (columns.length >= MAX_COLUMNS || columns.some((column) => column.attribute === attribute)) continue;
    const taken = new Set<string>([...FIXED_COLUMNS, ...columns.map((column) => column.name)]);
    const name = freeName(sqlName(attribute), (other) => taken.has(other));
    views.set(type, { ...view, columns: [...columns, { attribute, name, kind }] });
    changed.add(type);
    await tx.query({ text: ADD_COLUMN, values: [type, attribute, columns.length, name, kind] });
  }
  const attributes = [...new Set(sights.flatMap(({ attribute }) => attribute ?? []))];
  await tx.query({ text: ADD_ATTRIBUTES, values: [attributes] });
  for (const type of changed) {
    for (const text of viewStatements(views.get(type) as TypeView)) await tx.query({ text });
  }
}
