import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { alarms } from '@alzette/alarms';
import type { Database } from '@alzette/broker';
import { channelService } from '@alzette/channels';
import { dashboardService } from '@alzette/dashboards';
import { fileService } from '@alzette/files';
import { lighting } from '@alzette/lighting';
import { procedures } from '@alzette/procedures';
import { rules } from '@alzette/rules';
import { waste } from '@alzette/waste';
import { CONFIGURATION_KINDS } from '../../../../platform/src/territory-files/configuration-kinds.ts';
import { startServiceHost } from '../../../../platform/test/support/service-host.ts';
import { buildArchive, createSigningKeys, readPackFile } from '../../src/archive/archive.ts';
import type { Manifest } from '../../src/contract/manifest.ts';
import { packService } from '../../src/service.ts';
import { MANIFEST_OF_TEST } from './pack.ts';

export const KEYS = createSigningKeys();
export const RULE = 'urn:ngsi-ld:Rule:bin-full';
/** What the pack has, before parameters. `value`: the limit; `text`: on its dashboard. */
export const rule = (others = '') => `
id: ${RULE}
name: { fr: Conteneur plein, en: Full container }
scope: { types: [WasteContainer] }
when: { attr: fillingLevel, op: '>=', value: '\${limit}' }
for: PT30M
clear: { whenOver: true }
severity: medium
${others}
`;
export const dashboard = (text: string) => `
id: bins
title: Bins
roles: []
period: 30d
widgets:
  - { id: words, kind: text, title: Words, x: 0, y: 0, w: 4, h: 2, text: ${text} }
`;
export const GROUP = 'id: waste\ntitle: Waste\nmembers: []\n';
export const TEST = (clearedAt: string) => `
rule: ${RULE}
entity: { type: WasteContainer }
readings:
  - { at: 2026-03-02T08:00:00Z, values: { fillingLevel: 0.5 } }
  - { at: 2026-03-02T09:00:00Z, values: { fillingLevel: 0.9 } }
  - { at: 2026-03-02T11:00:00Z, values: { fillingLevel: 0.1 } }
until: 2026-03-02T12:00:00Z
alarms:
  - { raisedAt: 2026-03-02T09:30:00Z, clearedAt: ${clearedAt} }
`;
export const CLEARED = '2026-03-02T11:00:00Z';
const LIMIT = { title: { fr: 'Seuil' }, kind: 'number', min: 0, max: 1, default: 0.8 } as const;

export interface Given {
  readonly files?: Readonly<Record<string, string>>;
  readonly manifest?: Partial<Manifest>;
  readonly isSigned?: boolean;
}

export function archive({ files = {}, manifest = {}, isSigned = true }: Given): Buffer {
  const all = Object.entries(files).map(([path, content]) => {
    const [folder = '', name = ''] = path.split('/');
    return readPackFile(folder, name, content);
  });
  const whole = { ...MANIFEST_OF_TEST, parameters: { limit: LIMIT }, ...manifest };
  return Buffer.from(buildArchive(whole, all, isSigned ? { secretKey: KEYS.secretKey } : {}));
}

export const FIRST = {
  'rules/full.yaml': rule(),
  'dashboards/bins.yaml': dashboard('first'),
  'groups/waste.yaml': GROUP,
  'tests/full.yaml': TEST(CLEARED),
};

/** A product with the services whose documents packs have here. */
export async function startPackHost(
  t: TestContext,
  db: Database,
  { indexes = [], territory }: { readonly indexes?: readonly string[]; readonly territory?: string } = {},
) {
  const packs = packService({
    kinds: CONFIGURATION_KINDS,
    keys: [KEYS.publicKey],
    indexes,
    version: '0.1.0',
    folder: fileURLToPath(new URL('../../../../packs', import.meta.url)),
  });
  const files = await mkdtemp(join(tmpdir(), 'alzette-packs-'));
  t.after(() => rm(files, { recursive: true, force: true }));
  const services = [channelService(), alarms, fileService({ folder: files }), rules, lighting, waste, procedures];
  const host = await startServiceHost(t, db, [...services, dashboardService(), packs], {
    access: 'enforced',
    settings: { OUTGOING: '127.0.0.0/8' },
    ...(territory !== undefined && { territory }),
    ports: { push: { send: async () => {} }, notices: { send: async () => {} } },
  });
  const as = async (tenant: string, roles: readonly string[]) => {
    const headers = {
      authorization: await host.authorizationOf({ sub: roles.join(), roles }),
      'ngsild-tenant': tenant,
    };
    const ask = (method: 'GET' | 'PUT' | 'POST' | 'DELETE', path: string, body?: unknown) =>
      host.ask(method, path, body, headers);
    const send = async (payload: Buffer) => {
      const url = '/packs/archives';
      const answer = await host.app.inject({
        method: 'POST',
        url,
        payload,
        headers: { ...headers, 'content-type': 'application/zip' },
      });
      return { status: answer.statusCode, body: answer.json() };
    };
    const upload = (given: Given) => send(archive(given));
    const install = async (given: Given, wish: object = {}) => {
      const { status, body } = await upload(given);
      assert.equal(status, 201, JSON.stringify(body));
      return ask('PUT', `/packs/${body.id}`, { digest: body.digest, ...wish });
    };
    const make = async (body: object) => {
      const payload = JSON.stringify(body);
      const sent = { ...headers, 'content-type': 'application/json' };
      const answer = await host.app.inject({ method: 'POST', url: '/packs/make', payload, headers: sent });
      assert.equal(answer.statusCode, 200, answer.body);
      return answer.rawPayload;
    };
    return { ask, send, upload, install, make };
  };
  return { as, listen: () => host.app.listen({ port: 0, host: '127.0.0.1' }) };
}
