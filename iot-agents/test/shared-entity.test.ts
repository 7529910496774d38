import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { chosenBy, freshTenant, testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import type { Device } from '../src/main.ts';
import { partitionOf } from '../src/processes/partition-of.ts';
import { startTerritory } from './support/territory.ts';
import { chirpStackUplink } from './support/uplinks.ts';

for (const database of chosenBy('shared-entity', testDatabases())) {
  test(`an entity with devices of two processes keeps the newest values, and late ones in its history (${database.kind})`, {
    timeout: 180_000,
  }, async (t) => {
    const db = await database.open();
    const { agents, agentsBeside, send, entity, close } = await startTerritory(db);
    const beside = await agentsBeside();
    t.after(async () => {
      await beside.close();
      await close();
    });
    const partitions = await eventually(
      'a fair share for each',
      async () => {
        const { rows } = await db.query<{ partitions: number[] }>({
          text: `SELECT array_agg(partition ORDER BY partition) AS partitions FROM iot.inbox_partition
                 WHERE process IS NOT NULL GROUP BY process`,
        });
        return rows.length === 2 && rows.every((row) => row.partitions.length === 32) ? rows : undefined;
      },
      60_000,
    );
    const tenant = freshTenant();
    const asset = `urn:ngsi-ld:WasteContainer:${tenant}`;
    const devices: Device[] = partitions.map((row) => {
      for (;;) {
        const devEui = randomBytes(8).toString('hex');
        if (row.partitions.includes(partitionOf(devEui))) return { devEui, profile: 'shared-entity', asset, tenant };
      }
    });
    await agents.provision({
      profiles: [
        {
          id: 'shared-entity',
          name: 'Level',
          entities: [
            { type: 'WasteContainer', id: 'device.asset', attributes: [{ name: 'level', value: 'data.level' }] },
          ],
        },
      ],
      devices,
    });
    const delivered = () => agents.counters().delivered + beside.counters().delivered;
    let fCnt = 0;
    const measure = async (device: number, minute: number): Promise<void> => {
      const before = delivered();
      await send(
        chirpStackUplink({
          devEui: devices[device]?.devEui ?? '',
          fCnt: ++fCnt,
          bytes: [minute],
          decoded: { level: minute },
          time: `2026-07-01T21:${minute}:00.000Z`,
        }),
      );
      await eventually('a measure', () => (delivered() > before ? true : undefined), 30_000);
    };
    // Alternating, so that each process knows only its own part of the values.
    for (const [device, minute] of [
      [0, 10],
      [1, 30],
      [0, 20],
      [1, 40],
      [0, 35],
      [1, 38],
    ] as const) {
      await measure(device, minute);
    }
    assert.ok(agents.counters().delivered > 0 && beside.counters().delivered > 0, 'both have delivered');
    const level = (await entity(asset, tenant))?.level as { value: number; observedAt: string };
    assert.deepEqual([level.value, level.observedAt.slice(14, 16)], [40, '40']);
    const { rows } = await db.query<{ number: number }>({
      text: 'SELECT number FROM evolution WHERE tenant = $1 AND entity_id = $2 ORDER BY at',
      values: [tenant, asset],
    });
    assert.deepEqual(
      rows.map(({ number }) => number),
      [10, 20, 30, 35, 38, 40],
    );
  });
}
