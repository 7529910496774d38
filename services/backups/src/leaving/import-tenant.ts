import type { Database, Queryable } from '@alzette/kit/database';
import { conflict, refused } from '@alzette/kit/problems';
import { type ArchiveManifest, checkedManifest, contentsOf } from './archive.ts';
import { refuseCluster } from './export-tenant.ts';
import type { LeavingPorts } from './ports.ts';
import { rightsOf } from './rights.ts';
import { anyRow, bound, insertRows, SAME_TEXTS, type Whose } from './row-statements.ts';
import { sealedRow } from './secret-texts.ts';
import { ArchiveError } from './tar.ts';
import { tellProcesses } from './tell-processes.ts';
import { isOfRights, type TenantTable, tenantTables } from './tenant-tables.ts';

const NAME = /^[a-z0-9_][a-z0-9_-]{0,49}$/i;
const LOCK = `SELECT pg_advisory_xact_lock(hashtextextended('alzette.leaving', 0))`;
const SERIAL = 'SELECT pg_get_serial_sequence($1, $2) AS name';
/** Room for rows that others insert while an import reads how far the numbers are. */
const ROOM = 10_000;
const ADMINISTRATOR = 'administrator';
const UNIQUE = '23505';
export const NO_RIGHTS = {
  policies: [],
  roles: [],
  groups: [],
  organisations: [],
  accounts: [],
  clients: [],
  keys: [],
  others: 0,
};

export interface ImportSettings {
  /** The name that the tenant gets. '' is the default tenant. */
  readonly tenant: string;
  /** Opens the archive, which is read twice: first all is checked. */
  readonly open: () => AsyncIterable<Uint8Array>;
  /** Without policies, accounts and keys. */
  readonly withoutRights: boolean;
  /** Tables that stay as they are here. */
  readonly keeps?: (table: TenantTable) => boolean;
  readonly signal?: AbortSignal;
}

export interface ImportReport {
  readonly tenant: string;
  /** The name in the archive. */
  readonly from: string;
  readonly tables: number;
  readonly rows: number;
  readonly files: number;
  readonly leftOut: ArchiveManifest['leftOut'];
}

/**
 * Imports an archive in one transaction: all of it or, also if the process is killed, nothing.
 *
 * @throws ArchiveError: it is damaged, changed, incomplete or of a later version; Problem 409: the tenant has data, or something in the
 * archive exists in another tenant
 */
export async function importTenant(db: Database, ports: LeavingPorts, settings: ImportSettings): Promise<ImportReport> {
  const { tenant, open } = settings;
  if (tenant !== '' && !NAME.test(tenant)) {
    throw refused('as', tenant, 'up to 50 letters, digits, "_" and "-"');
  }
  await refuseCluster(db);
  const manifest = await checkedManifest(open());
  const written = new Set<string>();
  try {
    return await db.transaction((tx) => importIn(tx, ports, settings, { manifest, written }));
  } catch (error) {
    await ports.files.remove(tenant, [...written]);
    throw taken(error);
  }
}

/** @param written gets the ids of the files in the archive, for who takes them away if the transaction fails */
export async function importIn(
  tx: Queryable,
  ports: LeavingPorts,
  settings: ImportSettings,
  { manifest, written }: { readonly manifest: ArchiveManifest; readonly written: Set<string> },
): Promise<ImportReport> {
  const { tenant, open, withoutRights, keeps = () => false, signal } = settings;
  await tx.query({ text: LOCK });
  await tx.query({ text: SAME_TEXTS });
  const tables = new Map((await tenantTables(tx, ports.owners)).map((table) => [table.name, table]));
  refuseUnknown(manifest, tables);
  const whose: Whose = { tenant, rights: NO_RIGHTS };
  await makeRoom(
    tx,
    [...tables.values()].filter((table) => !keeps(table)),
    whose,
  );
  const bases = await basesOf(tx, tables, manifest);
  const counts = new Map(manifest.tables.map(({ table, rows }) => [table, rows]));
  const arrived = { accounts: 0, clients: 0, keys: 0 };
  let files = 0;
  for await (const content of contentsOf(open())) {
    signal?.throwIfAborted();
    if (content.kind === 'file') {
      await writeFile(tx, ports, tenant, content, written);
      files += 1;
      continue;
    }
    const table = tables.get(content.table) as TenantTable; // refuseUnknown has found it
    counts.set(table.name, (counts.get(table.name) ?? 0) - content.rows.length);
    if (keeps(table) || (withoutRights && isOfRights(table))) continue;
    refuseAdministrators(table, content.rows);
    if (table.name === 'identity.account') arrived.accounts += content.rows.length;
    if (table.name === 'identity.client') arrived.clients += content.rows.length;
    if (table.name === 'access_key') arrived.keys += content.rows.length;
    const columns = manifest.tables.find((each) => each.table === table.name)?.columns ?? [];
    const rows = await Promise.all(content.rows.map((row) => sealedRow(row, table, tenant, ports.secrets)));
    await tx.query(bound(insertRows(table, bases, columns), whose, [`[${rows.join(',')}]`]));
  }
  for (const [table, missing] of counts) {
    if (missing !== 0) throw new ArchiveError(`${table} has not as many rows as the manifest says`);
  }
  if (files !== manifest.files) throw new ArchiveError('it has not as many files as the manifest says');
  if (!withoutRights) await refuseSharedRights(tx, tenant, arrived);
  await tellProcesses(tx, ports.owners);
  const rows = manifest.tables.reduce((sum, each) => sum + each.rows, 0);
  return { tenant, from: manifest.tenant, tables: manifest.tables.length, rows, files, leftOut: manifest.leftOut };
}

function refuseUnknown(manifest: ArchiveManifest, tables: ReadonlyMap<string, TenantTable>): void {
  for (const { table: name, columns } of manifest.tables) {
    const table = tables.get(name);
    const known = new Set(table?.fields.map((field) => field.name));
    const unknown = columns.find((column) => !known.has(column));
    if (table === undefined || table.skip !== undefined || unknown !== undefined) {
      const what = unknown === undefined || table === undefined ? name : `${name}.${unknown}`;
      throw new ArchiveError(
        `this version does not know ${what}: version ${manifest.product} of the product made the archive`,
      );
    }
  }
}

/** What was computed of an empty tenant gives way. @throws Problem 409: it has data */
async function makeRoom(tx: Queryable, tables: readonly TenantTable[], whose: Whose): Promise<void> {
  for (const table of tables) {
    if (isOfRights(table) || table.shared || table.skip !== undefined || table.into !== undefined) continue;
    const { rows } = await tx.query<{ there: boolean }>(bound(anyRow(table), whose));
    if (rows[0]?.there !== true) continue;
    if (table.settles === undefined) {
      throw conflict(
        `Tenant ${whose.tenant === '' ? '@default' : whose.tenant} has data (${table.name}): expected one without`,
      );
    }
    await tx.query(bound(`DELETE FROM ${table.name} t WHERE ${table.rows}`, whose));
  }
}

/** The last number before those of the archive, by `table.column`. Those that nobody has taken stay as they were. */
async function basesOf(
  tx: Queryable,
  tables: ReadonlyMap<string, TenantTable>,
  { numbers }: ArchiveManifest,
): Promise<{ [column: string]: string }> {
  const bases: { [column: string]: string } = {};
  for (const [column, { min, max }] of Object.entries(numbers)) {
    const end = column.lastIndexOf('.');
    const table = tables.get(column.slice(0, end));
    const count = BigInt(max) - BigInt(min) + 1n;
    if (!table?.numbers.includes(column.slice(end + 1)) || count < 1n) {
      throw new ArchiveError(`numbers: got ${column} from ${min} to ${max}, which this version does not number`);
    }
    if (table.base !== undefined) {
      if (count >= -BigInt(table.base)) throw new ArchiveError(`numbers: ${column} from ${min} to ${max} are too many`);
      bases[column] = table.base;
      continue;
    }
    const { rows } = await tx.query<{ name: string }>({
      text: SERIAL,
      values: [table.name, column.slice(end + 1)],
    });
    const sequence = rows[0]?.name;
    const last = await tx.query<{ last: string; isCalled: boolean }>({
      text: `SELECT last_value::text AS last, is_called AS "isCalled" FROM ${sequence}`,
    });
    const used = last.rows[0]?.isCalled ? BigInt(last.rows[0].last) + BigInt(ROOM) : 0n;
    const base = used > BigInt(min) - 1n ? used : BigInt(min) - 1n;
    await tx.query({ text: 'SELECT setval($1::regclass, $2::bigint)', values: [sequence, String(base + count)] });
    bases[column] = String(base);
  }
  return bases;
}

async function writeFile(
  tx: Queryable,
  { files }: LeavingPorts,
  tenant: string,
  { id, bytes }: { readonly id: string; readonly bytes: Buffer },
  written: Set<string>,
): Promise<void> {
  if (written.size === 0) for (const each of await files.ids(tx, tenant)) written.add(each);
  if (!written.has(id)) throw new ArchiveError(`files/${id} is of no row of files.file`);
  await files.write(tenant, id, bytes);
}

/** Nobody becomes an administrator of the whole installation by an archive. */
function refuseAdministrators({ name }: TenantTable, rows: readonly string[]): void {
  if (!['identity.account', 'identity.client', 'identity.user_group', 'access_key'].includes(name)) return;
  for (const row of rows) {
    const { id, roles, document, is_break_glass: isBreakGlass } = JSON.parse(row);
    const all: unknown[] = [roles, document?.roles].flat();
    if (all.includes(ADMINISTRATOR) || isBreakGlass === true) {
      throw new ArchiveError(`${name} ${id} has the role ${ADMINISTRATOR}, expected rights in one tenant only`);
    }
  }
}

/**
 * Roles, groups and organisations are of the whole installation: an account of the archive must get no rights in other tenants, and an
 * account of others none in this one.
 */
async function refuseSharedRights(
  tx: Queryable,
  tenant: string,
  arrived: { readonly accounts: number; readonly clients: number; readonly keys: number },
): Promise<void> {
  const rights = await rightsOf(tx, tenant);
  const { accounts, clients, keys, others } = rights;
  const isApart =
    others === 0 &&
    accounts.length === arrived.accounts &&
    clients.length === arrived.clients &&
    keys.length === arrived.keys;
  if (isApart) return;
  const names = [...rights.roles, ...rights.groups, ...rights.organisations].slice(0, 20).join(', ');
  throw conflict(
    `Accounts of the archive would have rights in other tenants, or others in this one, because both use some of these roles, groups and organisations: ${names}. Import it without rights`,
  );
}

/** Names what is already there. */
export function taken(error: unknown): unknown {
  const { code, detail, table } = error as {
    readonly code?: string;
    readonly detail?: string;
    readonly table?: string;
  };
  if (code !== UNIQUE) return error;
  return conflict(`Something of the archive exists in another tenant: ${table ?? ''} ${detail ?? ''}`);
}
