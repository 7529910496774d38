import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { alarms } from '@alzette/alarms';
import type { Database } from '@alzette/broker';
import { fileService } from '@alzette/files';
import { lighting } from '@alzette/lighting';
import { waste } from '@alzette/waste';
import { parse } from 'yaml';
import { type HostOptions, startServiceHost } from '../../../../platform/test/support/service-host.ts';
import type { ProcedureParts } from '../../src/parts.ts';
import { procedures } from '../../src/service.ts';

/** In Villerupt. */
export const PLACE = { lat: 49.4703, lon: 5.9312 };
const PACK = new URL('../../../../packs/e-services/', import.meta.url);

/** The documents of the pack, by id. */
export function packDocuments(
  folder: 'procedures' | 'booking-resources',
): Map<string, Readonly<Record<string, unknown>>> {
  const files = readdirSync(new URL(`${folder}/`, PACK));
  return new Map(
    files.map((file) => {
      const { id, ...document } = parse(readFileSync(new URL(`${folder}/${file}`, PACK), 'utf8'));
      return [id as string, document];
    }),
  );
}

export interface Pushed {
  readonly key: string;
  readonly topics: readonly string[];
  readonly text: Readonly<Record<string, string>>;
}

/** Procedures with the services in which they end. The push messages are recorded. */
export async function startProcedureHost(t: TestContext, db: Database, options: HostOptions = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'alzette-procedures-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const pushed: Pushed[] = [];
  const push = {
    async send(_tenant: string, message: Pushed) {
      if (!pushed.some(({ key }) => key === message.key)) pushed.push(message);
    },
  };
  let parts: ProcedureParts | undefined;
  let forget: ((person: string) => Promise<void>) | undefined;
  const seen: typeof procedures = {
    ...procedures,
    async start(given) {
      const started = await procedures.start(given);
      parts = started.parts;
      forget = started.forget;
      return started;
    },
  };
  const host = await startServiceHost(t, db, [alarms, fileService({ folder }), lighting, waste, seen], {
    ...options,
    ports: { push, notices: { send: async () => {} }, ...options.ports },
  });
  assert.ok(parts);
  return { ...host, pushed, folder, parts, forget };
}
export type ProcedureHost = Awaited<ReturnType<typeof startProcedureHost>>;

/** Publishes the procedures of the pack, and what they book. */
export async function publishPack({ ask }: ProcedureHost, headers: Readonly<Record<string, string>>): Promise<void> {
  for (const [id, document] of packDocuments('booking-resources')) {
    assert.equal((await ask('PUT', `/procedures/resources/${id}`, document, headers)).status, 200);
  }
  for (const [id, document] of packDocuments('procedures')) {
    const saved = await ask('PUT', `/procedures/${id}`, document, headers);
    assert.equal(saved.status, 200, JSON.stringify(saved.body));
    const published = await ask('POST', `/procedures/${id}/publish`, undefined, headers);
    assert.equal(published.status, 200, JSON.stringify(published.body));
  }
}

/** Somebody without an account. */
export function citizenOf({ ask, app }: ProcedureHost, headers: Readonly<Record<string, string>>) {
  const base = '/citizen/v1/procedures';
  const keyed = (key: string) => ({ ...headers, 'idempotency-key': key });
  return {
    get: (path: string) => ask('GET', `${base}${path}`, undefined, headers),
    post: (path: string, body: object, key: string = crypto.randomUUID()) =>
      ask('POST', `${base}${path}`, body, keyed(key)),
    put: (path: string, body: object) => ask('PUT', `${base}${path}`, body, headers),
    remove: (path: string) => ask('DELETE', `${base}${path}`, undefined, headers),
    send: (procedure: string, answers: object, more: object = {}, key: string = crypto.randomUUID()) =>
      ask(
        'POST',
        `${base}/${procedure}/dossiers`,
        {
          version: 1,
          language: 'fr',
          applicant: { kind: 'citizen', name: 'Hildegarde Quillefeu', phone: '06 98 76 54 32' },
          answers,
          ...more,
        },
        keyed(key),
      ),
    async bytes(path: string) {
      const answer = await app.inject({ method: 'GET', url: `${base}${path}`, headers });
      return { status: answer.statusCode, type: answer.headers['content-type'], body: answer.rawPayload };
    },
    async upload(bytes: Buffer, type: string): Promise<string> {
      const answer = await app.inject({
        method: 'POST',
        url: `${base}/files`,
        headers: { ...headers, 'content-type': type },
        payload: bytes,
      });
      assert.equal(answer.statusCode, 201, answer.body);
      return answer.json().token;
    },
  };
}
