import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { alarms } from '@alzette/alarms';
import type { Database } from '@alzette/broker';
import { type FilePort, fileService } from '@alzette/files';
import sharp from 'sharp';
import { type HostOptions, startServiceHost } from '../../../../platform/test/support/service-host.ts';
import type { PushMessage } from '../../src/ports.ts';
import { reports } from '../../src/service.ts';

/** In Villerupt. */
export const PLACE = { lat: 49.4703, lon: 5.9312 };

/** Reports, files and alarms on a broker, and the recorded notifications to devices. */
export async function startReportHost(
  t: TestContext,
  db: Database,
  { listens = false, ...options }: HostOptions & { readonly listens?: boolean } = {},
) {
  const port = listens ? await freePort() : 1026;
  const publicUrl = `http://127.0.0.1:${port}`;
  const folder = await mkdtemp(join(tmpdir(), 'alzette-reports-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const pushed: (PushMessage & { readonly tenant: string })[] = [];
  const push = {
    async send(tenant: string, message: PushMessage) {
      if (!pushed.some((known) => known.key === message.key)) pushed.push({ ...message, tenant });
    },
  };
  const settings = { PUBLIC_URL: publicUrl, ...options.settings };
  const host = await startServiceHost(t, db, [alarms, fileService({ folder }), reports], {
    ...options,
    settings,
    ports: { push, notices: { send: async () => {} } },
  });
  // Its own subscriptions are notified over HTTP.
  if (listens) await host.app.listen({ port, host: '127.0.0.1' });
  return { ...host, publicUrl, pushed, folder, files: host.port<FilePort>('files') };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export type ReportHost = Awaited<ReturnType<typeof startReportHost>>;

/** An anonymous author in a tenant ('' is the default one). */
export function citizenOf({ ask, app }: ReportHost, tenant: string) {
  const headers: Record<string, string> = tenant === '' ? {} : { 'ngsild-tenant': tenant };
  const base = '/citizen/v1/reports';
  const proof = async () => {
    const { challenge, bits } = (await ask('GET', `${base}/challenge`, undefined, headers)).body;
    assert.equal(typeof bits, 'number');
    return { challenge, nonce: solve(challenge, bits) };
  };
  return {
    proof,
    get: (path: string, more = {}) => ask('GET', `${base}${path}`, undefined, { ...headers, ...more }),
    post: (path: string, body: object) => ask('POST', `${base}${path}`, body, headers),
    add: (token: string, body: object, key: string = crypto.randomUUID()) =>
      ask('POST', `${base}/follow/${token}/additions`, body, { ...headers, 'idempotency-key': key }),
    remove: (path: string) => ask('DELETE', `${base}${path}`, undefined, headers),
    async report(more: object = {}, key: string = crypto.randomUUID()) {
      const body = { category: 'pothole', location: PLACE, proof: await proof(), ...more };
      return ask('POST', base, body, { ...headers, 'idempotency-key': key });
    },
    /** @returns its token, which begins with the id of the file */
    async photo(width = 60): Promise<string> {
      const create = { width, height: 40, channels: 3, background: '#a73' } as const;
      const answer = await app.inject({
        method: 'POST',
        url: `${base}/photos`,
        headers: { ...headers, 'content-type': 'image/jpeg' },
        payload: await sharp({ create }).jpeg().toBuffer(),
      });
      return answer.json().token;
    },
  };
}

/** The id of the file of a photo. */
export function fileOf(token: string): string {
  return token.split('.')[0] ?? '';
}

/** Finds a nonce for which the SHA-256 of `challenge:nonce` begins with this many zero bits, at most 31. */
export function solve(challenge: string, bits: number): string {
  for (let nonce = 0; ; nonce++) {
    const digest = createHash('sha256').update(`${challenge}:${nonce}`).digest();
    if (bits === 0 || digest.readUInt32BE() >>> (32 - bits) === 0) return String(nonce);
  }
}

/** All data of a database as text, like a dump. */
export async function dumpOf(db: Database): Promise<string> {
  const tables = await db.query<{ name: string }>({
    text: `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
      WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`,
  });
  const parts: string[] = [];
  for (const { name } of tables.rows) {
    const { rows } = await db.query<{ row: string }>({ text: `SELECT t::text AS row FROM ${name} t` });
    parts.push(...rows.map(({ row }) => row));
  }
  return parts.join('\n');
}
