import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { testDatabases } from '@alzette/broker/test-support';
import { freePort } from '../../../scripts/programs.ts';
import { gatewayDevices } from './talq-devices.ts';
import type { Territory } from './territory.ts';
import { startTerritory } from './territory.ts';
import { startWebServer } from './web-server.ts';

const SECRET = 'secret-of-this-one-gateway';

interface CallOptions {
  readonly secret?: string;
  /** Empty: the header is missing. */
  readonly version?: string;
  readonly client?: string;
  /** Null: there is none. */
  readonly requestId?: string | null;
  readonly encoding?: string;
}

/** A territory with the agents, and TALQ gateways that call it and that it calls. */
export function talqTerritory(database: ReturnType<typeof testDatabases>[number]) {
  let started: Promise<{ place: Territory; url: string }> | undefined;
  const territory = () => {
    started ??= database.open().then(async (db) => {
      const port = await freePort();
      const url = `http://127.0.0.1:${port}`;
      const place = await startTerritory(db, { notifyUrl: `${url}/iot/notify` });
      await place.app.listen({ port, host: '127.0.0.1' });
      return { place, url };
    });
    return started;
  };
  /** A source, and its gateway: an HTTP server that can also send requests. */
  const connect = async (members: object = {}) => {
    const { place, url } = await territory();
    const id = `talq-${randomBytes(4).toString('hex')}`;
    const [cms, address] = [randomUUID(), randomUUID()];
    const addresses = [randomUUID(), randomUUID(), randomUUID()] as const;
    const group = {
      address: 'rue-de-la-gare',
      ownerCMS: cms,
      members: [{ resource: 'devices', address: addresses[0] }],
    };
    const services: object[] = [{ name: 'ConfigurationService' }, { name: 'DataCollectService', maximumDataLogs: 4 }];
    const gateway = {
      devices: gatewayDevices(addresses, 50, false),
      answersOverrides: 202,
      answersAssignments: 202,
      services,
    };
    const server = await startWebServer(({ method, url: asked }) => {
      const resource = asked.pathname.replace('/talq/', '');
      if (asked.searchParams.get('clientAddress') !== cms) return { status: 400 };
      if (method === 'PATCH') return { status: 200 };
      if (resource === 'assign-commands') return { status: gateway.answersAssignments };
      if (method === 'POST') return { status: resource === 'override-commands' ? gateway.answersOverrides : 201 };
      const lists: { [name: string]: unknown } = {
        devices: gateway.devices,
        services: gateway.services,
        groups: [group],
      };
      return resource in lists ? { body: lists[resource] } : { status: 404 };
    });
    const ask = async (method: string, path: string, body?: object) => {
      const answer = await fetch(`${url}/iot${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      });
      const text = await answer.text();
      return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) };
    };
    const from = { url: `${server.url}/talq`, clientAddress: cms, gatewayAddress: address, gatewaySecret: SECRET };
    const made = await ask('POST', '/sources', { id, name: 'Lighting', kind: 'talq', from, ...members });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    const call = async (
      method: string,
      resource: string,
      body?: unknown,
      { secret = SECRET, version = '2.7.1', client = address, requestId = randomUUID(), encoding }: CallOptions = {},
    ) => {
      const target = new URL(`${url}/iot/talq/${id}/${resource}`);
      target.searchParams.set('clientAddress', client);
      if (method !== 'GET' && requestId !== null) target.searchParams.set('talqRequestId', requestId);
      const json = body === undefined ? undefined : JSON.stringify(body);
      const answer = await fetch(target, {
        method,
        headers: {
          authorization: `Bearer ${secret}`,
          ...(version === '' ? {} : { 'talq-api-version': version }),
          ...(json === undefined ? {} : { 'content-type': 'application/json' }),
          ...(encoding === undefined ? {} : { 'content-encoding': encoding }),
        },
        ...(json === undefined ? {} : { body: encoding === 'gzip' ? new Uint8Array(gzipSync(json)) : json }),
      });
      const text = await answer.text();
      return { status: answer.status, body: text === '' ? undefined : JSON.parse(text), headers: answer.headers };
    };
    const entity = (type: string, ...rest: string[]) =>
      // biome-ignore lint/suspicious/noExplicitAny: attributes of an entity that is asserted on
      place.entity(['urn:ngsi-ld', type, id, ...rest].join(':')) as Promise<any>;
    const report = (...entries: object[]) =>
      call('POST', 'log-reports', { address: 'logger', entries: entries.map((data) => ({ data })) });
    return { id, place, url, server, gateway, cms, address, addresses, ask, call, report, entity, made };
  };

  return { connect, close: async () => (await started)?.place.close() };
}
