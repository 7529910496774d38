import type { testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import type { InjectOptions } from 'fastify';
import { freePort } from '../../../scripts/programs.ts';
import type { DeviceProfile } from '../../src/main.ts';
import type { Territory } from './territory.ts';
import { attributeValue, heardOn, LINK, startTerritory } from './territory.ts';

/** The attribute of an entity through which a device gets commands. */
interface Commanded {
  readonly tenant: string;
  readonly entityId: string;
  readonly command: string;
}

/**
 * A territory that starts with the first request and receives commands by attributes, with functions to command its
 * devices.
 */
export function commandDevices(
  database: ReturnType<typeof testDatabases>[number],
  profiles: readonly DeviceProfile[] = [],
) {
  let started: Promise<Territory> | undefined;
  const territory = async (): Promise<Territory> => {
    started ??= database.open().then(async (db) => {
      const port = await freePort();
      const made = await startTerritory(db, { notifyUrl: `http://127.0.0.1:${port}/iot/notify` });
      await made.app.listen({ port, host: '127.0.0.1' }).catch(async (error: unknown) => {
        await made.close(); // otherwise it would handle commands of later tests
        throw error;
      });
      await made.agents.provision({ profiles });
      return made;
    });
    return started;
  };
  const ask = async (options: InjectOptions) => {
    const answer = await (await territory()).app.inject(options);
    return { status: answer.statusCode, body: answer.body === '' ? undefined : JSON.parse(answer.body) };
  };
  return {
    territory,
    ask,
    close: async () => (await started)?.close(),
    listen: async (topic: string) => heardOn((await territory()).mqtt, topic),
    first: (heard: readonly string[]) => eventually('a message', () => heard[0], 30_000),
    status: (entityId: string, tenant: string, command: string, expected: string) =>
      eventually(`${command}_status ${expected}`, async () => {
        const entity = await (await territory()).entity(entityId, tenant);
        return attributeValue(entity, `${command}_status`) === expected ? entity : undefined;
      }),
    command: (tenant: string, payload: object) =>
      ask({ method: 'POST', url: '/iot/commands', headers: { 'ngsild-tenant': tenant }, payload }),
    patch: ({ tenant, entityId, command }: Commanded, value: unknown) =>
      ask({
        method: 'PATCH',
        url: `/ngsi-ld/v1/entities/${entityId}/attrs/${command}`,
        headers: { 'ngsild-tenant': tenant, 'content-type': 'application/json', link: LINK },
        payload: JSON.stringify({ type: 'Property', value }),
      }),
  };
}
