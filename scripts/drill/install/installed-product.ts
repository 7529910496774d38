import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { endProgram } from '../../programs.ts';
import type { DebianRoot } from './debian-root.ts';

export interface Demo {
  readonly territory: string;
  readonly entities: number;
  /** The status of portal, app and documentation, expected to be 200. */
  readonly pages: { readonly [path: string]: number };
}

const UNIT = 'usr/lib/systemd/system/alzette.service';
const PAGES = ['/', '/app/', '/docs/'];
const READY_WITHIN_MS = 180_000;
const LOOK_EVERY_MS = 250;
/** The demo has more lamps than this. */
const LEAST_ENTITIES = 100;

/**
 * One line per table with its number of rows and a sum of their hashes. Without `backups.run`, which records the end of the
 * backup and so differs after a restore.
 */
const FINGERPRINTS = `
SELECT format('SELECT %L, count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) FROM %I.%I t;',
  schemaname || '.' || tablename, schemaname, tablename)
FROM pg_tables
WHERE schemaname NOT IN ('pg_catalog', 'information_schema') AND (schemaname, tablename) <> ('backups', 'run')
ORDER BY 1`;

/** Runs the command of the systemd unit as its user, waits for the demo, and stops it. */
export async function runOnce(root: DebianRoot, say: (text: string) => void): Promise<Demo> {
  const unit = readFileSync(join(root.folder, UNIT), 'utf8');
  const [command = '', path = ''] = [/^ExecStart=(.+)$/m, /^Environment=(PATH=.+)$/m].map(
    (line) => line.exec(unit)?.[1],
  );
  const environment = `set -a; for file in /etc/alzette/*.env; do . "$file"; done; NODE_ENV=production ${path}`;
  const asUser = 'exec setpriv --reuid=alzette --regid=alzette --init-groups';
  const service = root.start(`${environment}; cd /var/lib/alzette; ${asUser} ${command}`);
  let output = '';
  for (const stream of [service.stdout, service.stderr]) stream?.on('data', (chunk: Buffer) => (output += chunk));
  try {
    const deadline = performance.now() + READY_WITHIN_MS;
    for (;;) {
      if (service.exitCode !== null) throw new Error(`it exited with ${service.exitCode}:\n${output.slice(-3000)}`);
      if (performance.now() > deadline) throw new Error(`it is not ready:\n${output.slice(-3000)}`);
      const entities = await countEntities(root);
      if (entities >= LEAST_ENTITIES && (await statusOf(root, '/ready')) === 200) {
        const found = await root.run('alzette doctor || true', 'own network');
        const territory = /territory\s+(.+?),/.exec(found)?.[1] ?? '';
        say(`  ${entities} entities of ${territory}`);
        const pages: { [path: string]: number } = {};
        for (const page of PAGES) pages[page] = await statusOf(root, page);
        return { territory, entities, pages };
      }
      await pause(LOOK_EVERY_MS);
    }
  } finally {
    await endProgram(service, 'SIGTERM', 30_000);
  }
}

/** The HTTP status; 0: no answer. */
async function statusOf(root: DebianRoot, path: string): Promise<number> {
  const ask = `fetch('https://localhost:1026${path}').then(({ status }) => console.log(status), () => console.log(0))`;
  const node = '/opt/alzette/node_modules/.bin/node';
  return Number(await root.run(`NODE_EXTRA_CA_CERTS=/etc/alzette/tls.crt ${node} -e "${ask}"`, 'own network'));
}

async function countEntities(root: DebianRoot): Promise<number> {
  const ask = `psql -d alzette -Atc "SELECT count(*) FROM entity" 2>/dev/null || echo 0`;
  return Number((await root.run(`su postgres -c '${ask}'`, 'own network')).trim());
}

/** The state of each table. */
export async function fingerprints(root: DebianRoot): Promise<Map<string, string>> {
  const query = FINGERPRINTS.replaceAll('\n', ' ');
  const made = await root.run(
    `su postgres -c 'psql -d alzette -At' <<'END' | su postgres -c 'psql -d alzette -At'\n${query}\nEND`,
    'own network',
  );
  return new Map(
    made
      .trim()
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf('|')), line] as const),
  );
}
