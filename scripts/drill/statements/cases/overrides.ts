import { randomUUID } from 'node:crypto';
import { insertOverride } from '../../../../services/lighting/src/apply/override-rows.ts';
import { lighting } from '../../../../services/lighting/src/service.ts';
import type { KillCase, Workshop } from '../kill-every-statement.ts';

const LAMPS = ['1', '2', '3'].map((n) => `urn:ngsi-ld:Streetlight:${n}`);
const HOUR_MS = 3_600_000;
const OVERRIDES = 'SELECT state, sent, is_returning AS returning FROM lighting.override WHERE tenant = $1';
const ACTS = 'SELECT action, details::text AS details FROM lighting.act WHERE tenant = $1 ORDER BY number';

const COVERS = ['lighting.send-override', 'lighting.end-override'];

/** A level set by hand that is sent in groups, and ends between two of them. */
export const overrides: KillCase = {
  name: 'levels of lamps set by hand',
  services: [],
  starts: [lighting],
  covers: COVERS,
  open: async (workshop) => caseOf(workshop, false),
};

/** The same; after a kill, the end is due before the sending is repeated. */
export const endedOverrides: KillCase = {
  name: 'levels set by hand that end first',
  services: [],
  starts: [lighting],
  covers: COVERS,
  open: async (workshop) => caseOf(workshop, true),
};

function caseOf({ given, db, jobs }: Workshop, endsFirst: boolean) {
  const ids = new Map<string, string>();
  const { client, context } = given;
  const dataOf = (tenant: string) => ({ tenant, override: ids.get(tenant) ?? '' });
  return {
    async prepare(tenant: string) {
      const id = randomUUID();
      ids.set(tenant, id);
      const lamps = LAMPS.map((lamp) => ({ id: lamp, type: 'Streetlight', scope: '/Thil' }));
      await client.batchCreate(lamps, { tenant, context });
      const until = new Date(Date.now() + HOUR_MS).toISOString();
      const override = {
        ...{ id, lamps: LAMPS, level: 0.7, until, command: 'dim', reason: 'the drill' },
        ...{ state: 'active' as const, author: 'the drill', pace: { lamps: 2, everyS: 1 } },
      } as const;
      await insertOverride(db, tenant, override, { grant: null, person: null });
      await jobs.enqueue('lighting.send-override', dataOf(tenant));
      await jobs.enqueue('lighting.end-override', dataOf(tenant));
    },
    work: () => jobs.runWaiting(),
    ...(endsFirst && {
      endLeases: (tenant: string) => jobs.run('lighting.end-override', dataOf(tenant)),
    }),
    async endState(tenant: string) {
      const rows = async (text: string) => (await db.query<object>({ text, values: [tenant] })).rows;
      const { entities } = await client.queryEntities<{ id: string; dim?: unknown }>({
        ...{ type: 'Streetlight', tenant, context, format: 'simplified' },
      });
      const state = { lit: entities.filter(({ dim }) => typeof dim === 'number').map(({ id }) => id) };
      // What was sent before the end depends on the moment of the kill.
      if (endsFirst)
        return { ...state, returning: (await rows(OVERRIDES)).filter((row) => 'returning' in row && row.returning) };
      return { ...state, overrides: await rows(OVERRIDES), acts: await rows(ACTS) };
    },
  };
}
