import { chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Database } from '../../broker/src/database/database.ts';
import { openDatabase } from '../../broker/src/database/open-database.ts';
import { findPostgres, startPostgres } from '../postgres-server.ts';
import { findProgram, freePort, runProgram, unprivilegedUser } from '../programs.ts';
import { type BrokerProcess, brokerProcess } from './broker-process.ts';
import { generateHistory, untilRecorded } from './generated-history.ts';

/*
 * npm run drill:pitr -- [--seconds 180] [--years 5] [--instances 5000000] [--archive-timeout 60]
 *
 * The demo territory, with so many years of history. PostgreSQL archives its log by pgBackRest while a row is written every 100 ms.
 * Then the server is killed and its disk is lost; it is restored from the archive, and the product is started on it. Tells how
 * many seconds of writes were lost (RPO) and how long it took until the product was ready (RTO).
 */
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '180' },
    years: { type: 'string', default: '5' },
    instances: { type: 'string', default: '5000000' },
    'archive-timeout': { type: 'string', default: '60' },
  },
});

const EVERY_MS = 100;
const COUNT = 'SELECT count(*)::int AS n FROM history';

const bin = findPostgres();
const pgbackrest = findProgram('/usr/bin/pgbackrest', 'pgbackrest');
if (bin === undefined || pgbackrest === undefined)
  throw new Error('it takes PostgreSQL 17 with PostGIS, and pgBackRest');
const user = unprivilegedUser('postgres');
const folder = await mkdtemp(join(tmpdir(), 'alzette-pitr-'));
const config = join(folder, 'pgbackrest.conf');
for (const name of ['repo', 'log', 'spool', 'lock']) {
  await mkdir(join(folder, name));
  if (user) await chown(join(folder, name), user.uid, user.gid);
}
const rest = [`--config=${config}`, '--stanza=alzette'];
const repository = (...args: string[]) => runProgram(pgbackrest, [...rest, ...args], { ...user, cwd: folder });
const ofServer = [
  'archive_mode=on',
  `archive_command=${pgbackrest} ${rest.join(' ')} archive-push %p`,
  `archive_timeout=${values['archive-timeout']}`,
  'max_wal_size=2GB',
];
const products: BrokerProcess[] = [];

try {
  const server = await startPostgres(bin, ofServer, folder);
  const { port } = new URL(server.url);
  await writeFile(
    config,
    `[global]
repo1-path=${folder}/repo
repo1-retention-full=2
log-path=${folder}/log
lock-path=${folder}/lock
spool-path=${folder}/spool
compress-type=zst
start-fast=y
[alzette]
pg1-path=${folder}/data
pg1-port=${port}
pg1-user=postgres
pg1-socket-path=${folder}
`,
  );
  if (user) await chown(config, user.uid, user.gid);
  let db = await openDatabase({ url: server.url });
  const product = await startProduct(server.url);
  await untilRecorded(db);
  await product.stop();
  const history = await generateHistory(db, Number(values.instances), Number(values.years));
  const rowsBefore = await count(db, COUNT);
  await db.query({ text: 'CREATE TABLE beat (n int PRIMARY KEY, at timestamptz NOT NULL)' });
  const size = await db.query<{ bytes: number }>({
    text: 'SELECT pg_database_size(current_database())::float8 AS bytes',
  });
  const backedUp = await timed(async () => {
    await repository('stanza-create');
    await repository('--type=full', 'backup');
  });

  let written = 0;
  let last = 0;
  for (const end = Date.now() + Number(values.seconds) * 1000; Date.now() < end; await pause(EVERY_MS)) {
    await db.query({ text: 'INSERT INTO beat VALUES ($1, clock_timestamp())', values: [written + 1] });
    written += 1;
    last = Date.now();
  }
  process.kill(server.pid, 'SIGKILL');
  await db.close();
  await pause(1000);
  await rm(join(folder, 'data'), { recursive: true });

  const restoring = performance.now();
  await repository('restore');
  const again = await startPostgres(bin, ofServer, folder);
  db = await openDatabase({ url: again.url });
  for (;;) {
    const { rows } = await db.query<{ recovering: boolean }>({ text: 'SELECT pg_is_in_recovery() AS recovering' });
    if (!rows[0]?.recovering) break;
    await pause(100);
  }
  const restored = (performance.now() - restoring) / 1000;
  const { rows } = await db.query<{ n: number; at: Date }>({
    text: 'SELECT count(*)::int AS n, max(at) AS at FROM beat',
  });
  const { n = 0, at } = rows[0] ?? {};
  const rowsAfter = await count(db, COUNT);
  const productStarted = await timed(async () => void (await startProduct(again.url)));
  console.log(
    JSON.stringify({
      years: Number(values.years),
      ...history,
      databaseMb: Math.round((size.rows[0]?.bytes ?? 0) / 1e6),
      backupSeconds: backedUp,
      written,
      lostRows: written - n,
      lostSeconds: at ? Math.round((last - at.getTime()) / 100) / 10 : null,
      restoreSeconds: Math.round(restored * 10) / 10,
      readySeconds: Math.round((restored + productStarted) * 10) / 10,
      rowsBefore,
      rowsAfter,
    }),
  );
  process.exitCode = rowsAfter === rowsBefore ? 0 : 1;
  for (const each of products) await each.stop();
  await db.close();
  await again.stop();
} finally {
  for (const each of products) each.kill();
  await rm(folder, { recursive: true, force: true });
}

/** The whole product with its demo. */
async function startProduct(url: string): Promise<BrokerProcess> {
  const started = brokerProcess(
    await freePort(),
    {
      DATABASE_URL: url,
      MQTT_PORT: String(await freePort()),
      DATA_DIR: join(folder, 'product'),
      DEMO: 'on',
      NODE_ENV: 'production',
    },
    { isProduct: true },
  );
  products.push(started);
  await started.start();
  return started;
}

async function timed(work: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  await work();
  return Math.round((performance.now() - begun) / 100) / 10;
}

async function count(db: Database, text: string): Promise<number> {
  return (await db.query<{ n: number }>({ text })).rows[0]?.n ?? 0;
}
