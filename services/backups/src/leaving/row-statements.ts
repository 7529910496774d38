import type { Statement } from '@alzette/kit/database';
import type { Rights } from './rights.ts';
import type { TenantTable } from './tenant-tables.ts';

/** Whose rows are meant. */
export interface Whose {
  readonly tenant: string;
  readonly rights: Rights;
}

/** The smallest and the largest number of each column that numbers rows of the tenant, as `table.column`. */
export type Numbers = { readonly [column: string]: { readonly min: string; readonly max: string } };

/** Replaces `:tenant` and `:rights` by parameters. */
export function bound(text: string, { tenant, rights }: Whose, values: unknown[] = []): Statement {
  const places = new Map<string, string>();
  const given: { readonly [name: string]: () => unknown } = {
    tenant: () => tenant,
    rights: () => JSON.stringify(rights),
  };
  const all = [...values];
  const said = text.replaceAll(/(?<!:):(tenant|rights)\b/g, (_all, name: string) => {
    const known = places.get(name);
    if (known !== undefined) return known;
    all.push(given[name]?.());
    places.set(name, `$${all.length}::text`);
    return `$${all.length}::text`;
  });
  return { text: said, values: all };
}

/** The texts of values must depend on nothing but the values. */
export const SAME_TEXTS = `
  SELECT set_config('TimeZone', 'UTC', true), set_config('DateStyle', 'ISO', true), set_config('IntervalStyle', 'postgres', true),
         set_config('bytea_output', 'hex', true), set_config('extra_float_digits', '1', true), set_config('statement_timeout', '0', true)`;

export function selectNumbers({ name, from, rows, numbers }: TenantTable): string {
  const columns = numbers.flatMap((column) => [
    `min(t.${column})::text AS "min ${column}"`,
    `max(t.${column})::text AS "max ${column}"`,
  ]);
  return `SELECT ${columns.join(', ')} FROM ${from ?? name} t WHERE ${rows}`;
}

export function countRows(table: string, condition: string): string {
  return `SELECT count(*)::float8 AS rows FROM ${table} t WHERE ${condition}`;
}

export function anyRow({ name, rows }: TenantTable): string {
  return `SELECT EXISTS (SELECT FROM ${name} t WHERE ${rows}) AS there`;
}

/**
 * Selects the rows as the archive has them: without the tenant's name, and with numbers from 1.
 *
 * @param archived the columns to select
 */
export function selectRows(table: TenantTable, numbers: Numbers, archived: readonly string[]): string {
  const { name, from, rows } = table;
  const fields = table.fields.filter((field) => archived.includes(field.name));
  const columns = fields.map(({ name: column, type }) => {
    const said = table.columns?.[column]?.out;
    if (typeof said === 'string') return `${said} AS "${column}"`;
    const number = numberOf(table, column);
    if (number !== undefined) return `t."${column}" - (${numbers[number]?.min ?? 0}) + 1 AS "${column}"`;
    return type.startsWith('geometry') ? `t."${column}"::text AS "${column}"` : `t."${column}"`;
  });
  return `SELECT row_to_json(x)::text AS row FROM (SELECT ${columns.join(', ')} FROM ${from ?? name} t WHERE ${rows}) x`;
}

/** Inserts the rows of `$1`, a JSON array. @param bases the last number before those of the archive, by `table.column` */
export function insertRows(
  table: TenantTable,
  bases: { readonly [column: string]: string },
  archived: readonly string[],
): string {
  const into = table.into ?? table.name;
  const columns = table.fields.flatMap(({ name: column, type, isRequired }): (readonly [string, string])[] => {
    const said = table.columns?.[column]?.in;
    if (said !== undefined) return [[column, said]];
    if (column === table.tenantColumn) return [[column, ':tenant']];
    if (!archived.includes(column)) return [];
    const number = table.into === undefined ? numberOf(table, column) : undefined;
    if (number !== undefined) return [[column, `r."${column}" + (${bases[number] ?? 0})::bigint`]];
    // A JSON null in a column is read as no value.
    return [[column, type === 'jsonb' && isRequired ? `coalesce(r."${column}", 'null')` : `r."${column}"`]];
  });
  const names = columns.map(([column]) => `"${column}"`).join(', ');
  const values = columns.map(([, value]) => value).join(', ');
  return `INSERT INTO ${into} (${names}) OVERRIDING SYSTEM VALUE
    SELECT ${values} FROM json_populate_recordset(null::${into}, $1::json) r${table.shared || table.settles !== undefined ? ' ON CONFLICT DO NOTHING' : ''}`;
}

/** The columns of a row in the archive. */
export function archivedColumns(table: TenantTable, withSecrets: boolean): string[] {
  return table.fields.flatMap(({ name, type }) => {
    const isLeftOut =
      name === table.tenantColumn ||
      table.columns?.[name]?.out === null ||
      (!withSecrets && table.secrets !== undefined && type === 'text' && isSecretColumn(name));
    return isLeftOut ? [] : [name];
  });
}

/** Whether rows can't be without their secret. */
export function isNothingWithoutSecret({ secrets, fields }: TenantTable): boolean {
  return (
    secrets !== undefined &&
    fields.some(({ name, type, isRequired }) => type === 'text' && isRequired && isSecretColumn(name))
  );
}

/** Columns whose whole text is encrypted. In documents, texts may be. */
function isSecretColumn(name: string): boolean {
  return ['sealed', 'secret', 'secrets', 'contact', 'totp_secret', 'password'].includes(name);
}

function numberOf({ name, numbers, refs }: TenantTable, column: string): string | undefined {
  return numbers.includes(column) ? `${name}.${column}` : refs[column];
}
