import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { eventually } from '@alzette/kit/testing';
import type { Database } from '../../src/database/database.ts';
import { startMember } from '../federation/fleet.ts';

export type Members = Record<string, unknown>;

export const LAMP_1 = 'urn:ngsi-ld:Lamp:1';
export const LAMP_2 = 'urn:ngsi-ld:Lamp:2';
export const PAST = { timerel: 'after', timeAt: '2020-01-01T00:00:00Z' };

/** A broker with what tests of snapshots ask of it. */
export async function start(t: TestContext, db: Database) {
  const broker = await startMember(t, db);
  const status = async (id: string) => (await broker.ask('GET', `/snapshots/${id}`)).body;
  const ready = (id: string) =>
    eventually('the snapshot is made', async () => {
      const answer = await status(id);
      return answer.snapshotStatus !== 'preparing' && answer;
    });
  const made = async (path: string, members: Members) => {
    const { status, headers, body } = await broker.ask('POST', path, { type: 'Snapshot', ...members });
    assert.equal(status, 201, JSON.stringify(body));
    return decodeURIComponent(String(headers.get('location')).split('/').at(-1) ?? '');
  };
  return {
    ...broker,
    status,
    ready,
    /** Creates a snapshot and waits until it is filled; resolves to it. */
    snapshot: async (members: Members) => ready(await made('/snapshots', members)),
    clone: async (id: string, members: Members = {}) => ready(await made(`/snapshots/${id}/clone`, members)),
    in: (id: string, method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown) =>
      broker.ask(method, path, body, { 'ngsild-snapshot': id }),
    lamp: async (id: string, brightness: number, more: Members = {}) => {
      const value = { type: 'Property', value: brightness, observedAt: '2026-01-01T00:00:00Z' };
      const { status } = await broker.ask('POST', '/entities', { id, type: 'Lamp', brightness: value, ...more });
      assert.equal(status, 201);
    },
  };
}

export const query = (members: Members = {}) => ({ type: 'Query', entities: [{ type: 'Lamp' }], ...members });
export const ids = (entities: readonly { id: string }[]) => entities.map(({ id }) => id);
