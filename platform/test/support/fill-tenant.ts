import { type LeavingPorts, tenantTables } from '@alzette/backups';
import type { Queryable } from '@alzette/kit/database';

type Table = Awaited<ReturnType<typeof tenantTables>>[number];

const AT = '2026-03-04T05:06:07.123456Z';
/** A point, as EWKB. */
const POINT = '0101000020E6100000C3F5285C8FC217400000000000C04840';

/** Values that another table asks for. */
const GIVEN: { readonly [column: string]: unknown } = {
  'identity.organisation.parent': null,
  'subscription.serves': null,
  'context.kind': 'Hosted',
  'channels.message.state': 'sent',
  'audit.hash': '0',
  'history_correction.n': -1,
  'kit.recurrence.key': '/report',
  'opendata.prepared_file.dataset': null,
};
/** One of the values that a column may have. */
const CHOICES = `
  SELECT k.conrelid::regclass::text || '.' || a.attname AS column, substring(pg_get_constraintdef(k.oid) from '''([^'']+)''::text') AS value
  FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
  WHERE k.contype = 'c' AND cardinality(k.conkey) = 1 AND pg_get_constraintdef(k.oid) LIKE '%ANY (ARRAY[%'`;

/**
 * Inserts a row into every table that may have rows of a tenant, with a word in each text of it.
 *
 * @param word lower case; texts begin with it
 * @returns the number of rows
 */
export async function fillTenant(db: Queryable, ports: LeavingPorts, tenant: string, word: string): Promise<number> {
  await ports.files.write(tenant, word, Buffer.from(`a photo of ${word}`));
  await db.query({ text: 'INSERT INTO tenant (name) VALUES ($1) ON CONFLICT DO NOTHING', values: [tenant] });
  const numbers = new Map<string, string>();
  const choices = await db.query<{ column: string; value: string }>({ text: CHOICES });
  const given = new Map<string, unknown>([
    ...choices.rows.map(({ column, value }) => [column, value] as const),
    ...Object.entries(GIVEN),
  ]);
  let filled = 1;
  for (const table of await tenantTables(db, ports.owners)) {
    if (table.name === 'tenant' || table.name.startsWith('jobs.')) continue;
    const values = new Map<string, unknown>();
    for (const field of table.fields) {
      if (field.isIdentity) continue;
      const number = numbers.get(table.refs[field.name] ?? '');
      const said = given.get(`${table.name}.${field.name}`);
      if (said !== undefined) values.set(field.name, said);
      else if (number !== undefined) values.set(field.name, number);
      else values.set(field.name, columnValue(table, field, tenant, word));
    }
    await seal(table, values, tenant, ports);
    const names = [...values.keys()].map((name) => `"${name}"`);
    const places = table.fields.filter(({ isIdentity }) => !isIdentity).map(({ type }, n) => `$${n + 1}::${type}`);
    const identity = table.fields.find(({ isIdentity }) => isIdentity)?.name;
    const returning = identity === undefined ? '' : `RETURNING ${identity}::text AS number`;
    const { rows } = await db.query<{ number: string }>({
      text: `INSERT INTO ${table.name} (${names.join(', ')}) VALUES (${places.join(', ')}) ON CONFLICT DO NOTHING ${returning}`,
      values: [...values.values()],
    });
    if (identity !== undefined && rows[0]) numbers.set(`${table.name}.${identity}`, rows[0].number);
    filled += 1;
  }
  return filled;
}

/** Ids are of this tenant; what a tenant's rows are found by leads to it. */
function columnValue(table: Table, { name, type }: Table['fields'][number], tenant: string, word: string): unknown {
  const { name: of, tenantColumn } = table;
  if (name === tenantColumn || (name === 'service' && of.startsWith('iot.'))) return tenant;
  if (name === 'space') return `${word} space`;
  if (name === 'dev_eui') return Buffer.from(word.padEnd(8, '0').slice(0, 8)).toString('hex');
  if (of === 'access_policy' && name === 'document') {
    return JSON.stringify({
      who: { roles: [word], groups: [word], organisations: [word] },
      may: ['read'],
      tenants: [tenant],
    });
  }
  if (of === 'access_key' && name === 'document')
    return JSON.stringify({ title: word, roles: [word], scopes: ['read'] });
  if (of === 'access_key' && name === 'hash') return word;
  if (['access_limit', 'access_usage', 'access_window'].includes(of) && name === 'consumer') return `key:${word}`;
  if (name === 'document' && of === 'iot.mqtt_credential') return JSON.stringify({ apikey: word });
  if (type === 'jsonb' && name === 'roles') return JSON.stringify([word]);
  if (type === 'jsonb') return JSON.stringify({ tenant, word, n: 1.5, id: word, list: [] });
  if (type === 'text[]' && name === 'types') return ['https://example.org/Lamp'];
  if (type === 'text[]') return [word];
  if (type === 'real[]') return [1.25, 2];
  if (type === 'double precision[]') return [1.1];
  if (type.startsWith('timestamp')) return AT;
  if (type.startsWith('geometry')) return POINT;
  if (type === 'date') return '2026-03-04';
  if (type === 'uuid') return uuidOf(word);
  if (type === 'bytea') return Buffer.from(word);
  if (type === 'boolean') return of !== 'identity.account' || name !== 'is_break_glass';
  if (type === 'tsvector') return `'${word}':1`;
  if (type === 'text' || type.startsWith('char')) return word;
  return name === 'phase' ? 0 : 1;
}

function uuidOf(word: string): string {
  const hex = Buffer.from(word).toString('hex').padEnd(32, '0').slice(0, 32);
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

const SECRET = ['sealed', 'secret', 'secrets', 'contact', 'totp_secret'];

/** Encrypts what the services encrypt, and a text within documents. */
async function seal(
  table: Table,
  values: Map<string, unknown>,
  tenant: string,
  { secrets }: LeavingPorts,
): Promise<void> {
  if (table.secrets === undefined) return;
  const owner = table.secrets
    .replace(':tenant', tenant)
    .replaceAll(/\{(\w+)\}/g, (_all, name: string) => String(values.get(name)));
  const kind = table.name.startsWith('identity.') ? 'jwe' : 'v1';
  const sealed = await secrets.seal(kind, `hidden ${String(values.get('id'))}`, owner);
  for (const name of values.keys()) if (SECRET.includes(name)) values.set(name, sealed);
  if (['subscription', 'registration'].includes(table.name)) {
    values.set(
      'document',
      JSON.stringify({ description: String(values.get('id')), receiverInfo: [{ key: 'token', value: sealed }] }),
    );
  }
}
