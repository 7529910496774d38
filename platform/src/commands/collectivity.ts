import { createReadStream, createWriteStream, readFileSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  type AgeKey,
  archiveHead,
  compareTenant,
  decrypted,
  deleteTenant,
  encrypted,
  exportTenant,
  importTenant,
  type LeavingPorts,
  readIdentity,
} from '@alzette/backups';
import { type Database, migrate } from '@alzette/broker';
import { auditStore } from '@alzette/broker/operator';
import { type Config, readConfig } from '../config.ts';
import { leavingPorts } from '../leaving/leaving-ports.ts';
import { migrationFolders } from '../migration-folders.ts';
import { reachDatabase } from '../reach-database.ts';
import { type Command, readArguments, UsageError } from './command.ts';

const DEFAULT_TENANT = '@default';
const IMPORT_OPTIONS = {
  as: { type: 'string' },
  key: { type: 'string' },
  'without-rights': { type: 'boolean', default: false },
} as const;

/** Exports everything of one collectivity (docs/leaving.md). */
export const exportCollectivity: Command = {
  usage: `alzette collectivity export <tenant> <file>
    writes everything of a tenant to an archive, while the product runs on PostgreSQL (${DEFAULT_TENANT}: the default tenant)
    --key <file>         encrypts the archive with this key (alzette backup key creates one); only then it has the secrets`,
  async run(args, environment) {
    const { values, positionals } = readArguments(args, { key: { type: 'string' } });
    const [tenant, file, ...others] = positionals;
    if (tenant === undefined || file === undefined || others.length > 0)
      throw new UsageError('expected a tenant and a file');
    const key = keyOf(values.key);
    // Under its name only when it is complete.
    const unfinished = `${file}.part`;
    try {
      const manifest = await withPorts(environment, async (db, ports, note) => {
        const settings = { tenant: nameOf(tenant), withSecrets: key !== undefined };
        // Before, so that the archive has it; and in the audit of who leaves, whoever takes a copy.
        await note('tenant.export', settings.tenant, settings.tenant, { withSecrets: settings.withSecrets });
        return exportTenant(db, ports, settings, (bytes) =>
          pipeline(
            Readable.from(key === undefined ? bytes : encrypted(bytes, key)),
            createWriteStream(unfinished, { mode: 0o600, flags: 'w', flush: true }),
          ),
        );
      });
      await rename(unfinished, file);
      const rows = manifest.tables.reduce((sum, each) => sum + each.rows, 0);
      console.log(`${file}: ${rows} rows of ${manifest.tables.length} tables, ${manifest.files} files`);
      tellLeftOut(manifest.leftOut);
      return 0;
    } catch (error) {
      await rm(unfinished, { force: true });
      throw error;
    }
  },
};

/** Imports such an archive. */
export const importCollectivity: Command = {
  usage: `alzette collectivity import <file>
    imports an archive into a tenant without data, all of it or nothing
    --as <tenant>        its name here (default: its name in the archive)
    --key <file>         the key with which the archive is encrypted
    --without-rights     without policies, accounts and keys`,
  async run(args, environment) {
    const { file, settings } = readImport(args);
    const report = await withPorts(environment, async (db, ports, note) => {
      const named = settings.tenant ?? (await nameIn(settings.open));
      const done = await importTenant(db, ports, { ...settings, tenant: named });
      await note('tenant.import', named, '', { from: done.from });
      return done;
    });
    const { tenant, from, rows, tables, files, leftOut } = report;
    console.log(
      `${file}: imported ${shown(from)} as ${shown(tenant)}: ${rows} rows of ${tables} tables, ${files} files`,
    );
    tellLeftOut(leftOut);
    return 0;
  },
};

/** Compares an archive with a tenant. */
export const compareCollectivity: Command = {
  usage: `alzette collectivity compare <file>
    compares an archive with a tenant, row by row and file by file; exits with 1 if anything differs
    --as <tenant>, --key <file>, --without-rights  as for import`,
  async run(args, environment) {
    const { file, settings } = readImport(args);
    const { tables, rows, files, differences, settled } = await withPorts(environment, async (db, ports) =>
      compareTenant(db, ports, { ...settings, tenant: settings.tenant ?? (await nameIn(settings.open)) }),
    );
    for (const each of differences) console.error(each);
    for (const each of settled) console.log(`${each}: not counted as a difference`);
    if (differences.length > 0) return 1;
    console.log(`${file}: ${rows} rows of ${tables} tables and ${files} files, each as in the archive`);
    return 0;
  },
};

/** Deletes everything of one collectivity. */
export const deleteCollectivity: Command = {
  usage: `alzette collectivity delete <tenant> --confirm <tenant>
    deletes everything of a tenant and prints a certificate. The default tenant can not be deleted
    --certificate <file>  where to write the certificate`,
  async run(args, environment) {
    const options = { confirm: { type: 'string' }, certificate: { type: 'string' } } as const;
    const { values, positionals } = readArguments(args, options);
    const [tenant, ...others] = positionals;
    if (tenant === undefined || others.length > 0) throw new UsageError('tenant: expected one name');
    if (values.confirm !== tenant) {
      throw new UsageError(
        `--confirm: got ${values.confirm ?? 'nothing'}, expected ${tenant}, because nothing brings it back`,
      );
    }
    const certificate = await withPorts(environment, async (db, ports, note) => {
      const done = await deleteTenant(db, ports, { tenant: nameOf(tenant), by: commandActor() });
      await note('tenant.delete', tenant, '', { certificate: done.sha256 });
      return done;
    });
    const text = `${JSON.stringify(certificate, undefined, 2)}\n`;
    if (values.certificate !== undefined) await writeFile(values.certificate, text, { mode: 0o600 });
    console.log(text.trimEnd());
    const { backups } = certificate;
    if (backups.length > 0) console.error(`${backups.length} earlier backups still contain it until they expire.`);
    return 0;
  },
};

function readImport(args: readonly string[]) {
  const { values, positionals } = readArguments(args, IMPORT_OPTIONS);
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0) throw new UsageError('file: expected one');
  const key = keyOf(values.key);
  const open = () => {
    const source = createReadStream(file);
    return key === undefined ? source : decrypted(source, key);
  };
  const tenant = values.as === undefined ? undefined : nameOf(values.as);
  return { file, settings: { open, tenant, withoutRights: values['without-rights'] } };
}

async function nameIn(open: () => AsyncIterable<Uint8Array>): Promise<string> {
  return (await archiveHead(open())).tenant;
}

/** Records an act of the command line in the audit, of one tenant or of the installation (''). */
type Note = (action: string, object: string, tenant: string, details: object) => Promise<void>;

function commandActor(): string {
  return `command:${userInfo().username}`;
}

export async function withPorts<T>(
  environment: NodeJS.ProcessEnv,
  work: (db: Database, ports: LeavingPorts, note: Note) => Promise<T>,
): Promise<T> {
  const config: Config = readConfig({ ...environment, DEMO: 'off' });
  const db = await reachDatabase(config);
  try {
    for (const { name, folder } of migrationFolders(config)) await migrate(db, folder, name);
    const audit = auditStore(db, config.secretKey);
    const note: Note = (action, object, tenant, details) =>
      audit.append({ actor: commandActor(), action, object, tenant, outcome: 'done', details });
    return await work(db, await leavingPorts(config, db), note);
  } finally {
    await db.close();
  }
}

function keyOf(file: string | undefined): AgeKey | undefined {
  return file === undefined ? undefined : readIdentity(readFileSync(file, 'utf8'));
}

export function tellLeftOut(
  leftOut: readonly { readonly what: string; readonly rows: number; readonly reason: string }[],
): void {
  for (const { what, rows, reason } of leftOut) console.log(`  not in it: ${what} (${rows}). ${reason}`);
}

export const nameOf = (given: string) => (given === DEFAULT_TENANT ? '' : given);
export const shown = (tenant: string) => (tenant === '' ? DEFAULT_TENANT : tenant);
