import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { TERRITORY_CONTEXT_PATH } from '@alzette/ngsi-ld-schemas/contexts';
import pg from 'pg';
import { type Letter, startMailServer } from '../../../../services/channels/test/support/mail-server.ts';
import { findPostgres, startPostgres } from '../../../postgres-server.ts';
import { freePort } from '../../../programs.ts';
import { brokerProcess, clockOf, hasFaketime } from '../../broker-process.ts';
import type { Endings } from '../../statements/statement-drill.ts';

/** The whole product and PostgreSQL in processes of their own, whose clocks the drill sets, and a mail server. */
export interface SimulatedProduct {
  /** All letters that the mail server has accepted, also repeated ones. */
  readonly letters: readonly Letter[];
  /** Sets the clocks. @param at milliseconds since 1970, after the present of the clocks */
  moveTo(at: number): void;
  /** Kills it (SIGKILL) and starts it again. */
  killAndStart(): Promise<void>;
  /** Asks until the answer is good, as a client does whose connection was lost. @throws Error: a 4xx answer */
  ask<Body>(method: string, path: string, body?: object, good?: readonly number[]): Promise<Body>;
  rows<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** What its processes do, for the message of a fault. */
  activity(): Promise<string>;
}

const ACTIVITY = `
  SELECT pid, state, wait_event, extract(epoch FROM now() - state_change)::int AS seconds, left(query, 100) AS query
  FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`;
const SHOWN_OUTPUT = 4000;

const AGAIN_MS = 100;

/** Why it can't be started on this machine; undefined: it can. */
export function simulationMissing(): string | undefined {
  if (findPostgres() === undefined) return 'PostgreSQL 17 with PostGIS is missing';
  return hasFaketime() ? undefined : 'faketime is not installed';
}

export async function startSimulatedProduct(endings: Endings, at: number): Promise<SimulatedProduct> {
  const folder = await mkdtemp(join(tmpdir(), 'alzette-month-'));
  endings.after(() => rm(folder, { recursive: true, force: true }));
  await chmod(folder, 0o755); // PostgreSQL runs as another user
  const clockFile = join(folder, 'clock');
  await writeFile(clockFile, '+0s\n');
  const bin = findPostgres() as string; // nothing is missing
  const postgres = await startPostgres(bin, ['fsync=off'], undefined, undefined, clockOf(clockFile));
  endings.after(() => postgres.stop());
  const mail = await startMailServer(endings);
  const settings = {
    ...mail.settings,
    DATABASE_URL: postgres.url,
    DATA_DIR: join(folder, 'data'),
    MQTT_PORT: String(await freePort()),
    ACCESS: 'open',
    DEMO: 'off',
    OFFLINE: 'on',
    SECRET_KEY: 'the secret key of the drill',
  };
  const product = brokerProcess(await freePort(), settings, { isProduct: true, clockFile });
  endings.after(() => product.kill());
  const context = `http://localhost:${new URL(product.url).port}${TERRITORY_CONTEXT_PATH}`;
  const link = `<${context}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"`;
  const moveTo = (to: number) => product.setClock(Math.round((to - Date.now()) / 1000));
  moveTo(at);
  await product.start();
  const pool = new pg.Pool({ connectionString: postgres.url, max: 2 });
  endings.after(() => pool.end());
  return {
    letters: mail.letters,
    moveTo,
    async killAndStart() {
      await product.kill();
      await product.start();
    },
    async ask<Body>(method: string, path: string, body?: object, good: readonly number[] = []): Promise<Body> {
      for (;;) {
        const headers = { link, ...(body && { 'content-type': 'application/json' }) };
        const init = { method, headers, ...(body && { body: JSON.stringify(body) }) };
        const answer = await fetch(product.url + path, init).catch(() => undefined);
        const text = await answer?.text().catch(() => undefined);
        if (answer !== undefined && text !== undefined && (answer.ok || good.includes(answer.status)))
          return (text === '' ? undefined : JSON.parse(text)) as Body;
        if (answer !== undefined && answer.status < 500) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
        await pause(AGAIN_MS);
      }
    },
    async rows<Row extends object>(text: string, values: readonly unknown[] = []) {
      return (await pool.query<Row>(text, [...values])).rows;
    },
    async activity() {
      const ended = product.ended();
      const [isUp, { rows }] = [await product.isUp(), await pool.query(ACTIVITY)];
      const state = ended === undefined ? `runs, ${isUp ? '' : 'not '}ready` : `ended with ${ended}`;
      const statements = rows.map((row) => JSON.stringify(row));
      return [`The product ${state}. Connections:`, ...statements, product.output().slice(-SHOWN_OUTPUT)].join('\n');
    },
  };
}
