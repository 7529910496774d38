import type { Grouping, MeasureKind, Question } from '@alzette/ngsi-ld-schemas/dashboards';

/** A statement that our questions can't express; the message says what. */
export class Untranslatable extends Error {}

const MEASURES: { readonly [name: string]: MeasureKind } = {
  count: 'count',
  sum: 'sum',
  avg: 'average',
  min: 'lowest',
  max: 'highest',
};
/** What our page filters by itself: tenant, period, and the variables of a dashboard. */
const FILTERED = /^tenant\s*=|\$__timeFilter|\$__timeFrom|\$\{?\w/i;
const OF_TIME = /\$__timeGroup(?:Alias)?\s*\(|\btime_bucket\s*\(|\bdate_trunc\s*\(/i;

/**
 * The question of a simple statement: one aggregate over one table, conditions joined by AND, groups by columns or time.
 *
 * @param typeOf the type of a table's rows
 * @throws Untranslatable
 */
export function questionOfSql(sql: string, typeOf: (table: string) => string): Question {
  const text = sql.replace(/\s+/g, ' ').trim();
  if (/\b(join|union|having|over) ?\(?/i.test(text)) throw new Untranslatable('a join, union, having or window');
  const [, selected = '', table = '', rest = ''] = /^select (.+?) from ([\w."]+)(.*)$/i.exec(text) ?? [];
  if (table === '') throw new Untranslatable('not a select from one table');
  const [, conditions = ''] = / where (.+?)(?= group by | order by | limit |;|$)/i.exec(rest) ?? [];
  const isHistory = /(^|\.)history"?$/i.test(table);
  const parts = isHistory ? historyOf(conditions) : { table, conditions, attribute: undefined };
  const measure = measureOf(selected, parts.attribute);
  const q = conditionOf(parts.conditions);
  const group = groupsOf(selected, rest, isHistory);
  return {
    type: typeOf(parts.table),
    ...(q !== '' && { q }),
    ...(group.length > 0 && { group }),
    measure,
    ...(OF_TIME.test(selected) && { over: 'auto' }),
  };
}

/** `attribute = 'x' AND entity_id IN (SELECT id FROM ngsi.current_y WHERE …)` of the history's view. */
function historyOf(conditions: string): { table: string; conditions: string; attribute: string } {
  const [, attribute] = /\battribute = '([^']+)'/i.exec(conditions) ?? [];
  const [, table, inner = ''] = /\bentity_id in \(select id from ([\w."]+)(?: where (.+))?\)/i.exec(conditions) ?? [];
  if (attribute === undefined || table === undefined)
    throw new Untranslatable('a history without one attribute and the view of a type');
  return { table, conditions: inner, attribute };
}

function measureOf(selected: string, attribute: string | undefined): Question['measure'] {
  const [, name = '', column = ''] =
    /\b(count|sum|avg|min|max) ?\( ?(?:distinct )?([\w."*]+) ?\)/i.exec(selected) ?? [];
  const kind = MEASURES[name.toLowerCase()];
  if (kind === undefined) throw new Untranslatable(`no count, sum, avg, min or max of a column in ${selected}`);
  return kind === 'count' ? { kind } : { kind, attribute: attribute ?? attributeOf(column) };
}

/** `status <> 'ok' AND filling_level >= 0.8` as `status!="ok";fillingLevel>=0.8`. */
function conditionOf(conditions: string): string {
  const each = conditions.split(/ and /i).map((condition) => condition.trim());
  return each
    .filter((condition) => condition !== '' && !FILTERED.test(condition))
    .map((condition) => {
      const [, column, operator = '', text, number] =
        /^([\w."]+) ?(=|<>|!=|<=|>=|<|>) ?(?:'([^']*)'|(-?[\d.]+))$/.exec(condition) ?? [];
      if (column === undefined) throw new Untranslatable(`the condition ${condition}`);
      const compared = { '=': '==', '<>': '!=' }[operator] ?? operator;
      return `${attributeOf(column)}${compared}${text === undefined ? number : JSON.stringify(text)}`;
    })
    .join(';');
}

function groupsOf(selected: string, rest: string, isHistory: boolean): Grouping[] {
  const [, listed = ''] = / group by (.+?)(?= order by | limit |;|$)/i.exec(rest) ?? [];
  const columns = partsOf(selected);
  return listed
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean)
    .map((name) => (/^\d+$/.test(name) ? (columns[Number(name) - 1] ?? '') : name))
    .map((column) => column.replace(/ as ["\w]+$/i, ''))
    .filter((column) => !OF_TIME.test(column) && !/^"?time"?$/i.test(column))
    .map((column) => {
      if (/^"?(id|entity_id)"?$/i.test(column)) return { by: 'entity' };
      if (isHistory || !/^[\w."]+$/.test(column)) throw new Untranslatable(`the group ${column}`);
      return { by: 'attribute', attribute: attributeOf(column) };
    });
}

/** What is selected, split at the commas outside parentheses. */
function partsOf(selected: string): string[] {
  return selected.split(/,(?![^()]*\))/).map((part) => part.trim());
}

/** `c.filling_level` is `fillingLevel`; a quoted name stays. */
function attributeOf(column: string): string {
  const name = column.split('.').at(-1) ?? column;
  if (name.startsWith('"')) return name.replaceAll('"', '');
  return name.replace(/_([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase());
}

/** `ngsi.current_waste_container` is `WasteContainer`. */
export function typeOfTable(table: string): string {
  const name = (table.replaceAll('"', '').split('.').at(-1) ?? table).replace(/^current_/, '');
  return name.replace(/(?:^|_)([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase());
}
