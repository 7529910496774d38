import { actor } from '@alzette/kit/access';
import type { Queryable } from '@alzette/kit/database';
import { conflict, missing, refused } from '@alzette/kit/problems';
import { serviceRoutes } from '@alzette/kit/routes';
import { type Handlers, serve } from '@alzette/kit/serve';
import { defineService, type ServiceContext } from '@alzette/kit/service';
import {
  type Collectivity,
  type CollectivityContract,
  collectivityContract,
  type OwnTerritoryContract,
  ownTerritoryContract,
} from '../contract/contract.ts';
import { checkTerritory } from './check-territory.ts';
import type { Collectivities } from './collectivities.ts';
import {
  type CollectivityRow,
  insertCollectivity,
  putHosts,
  readShapes,
  readVersions,
  updateCollectivity,
} from './collectivity-rows.ts';

export const migrationsFolder = new URL('../../migrations/', import.meta.url);

/** What else comes into being with a collectivity, in the same transaction. */
export interface Founding {
  begin(tx: Queryable, tenant: string): Promise<void>;
}

type Parts = Pick<ServiceContext, 'db' | 'callerOf'> & { readonly collectivities: Collectivities };

/** Who runs the installation founds collectivities; each keeps its own territory. */
export function collectivityService(collectivities: Collectivities, founding: Founding) {
  return defineService({
    name: 'territory',
    migrations: migrationsFolder,
    async start({ app, db, callerOf }) {
      const parts = { db, callerOf, collectivities };
      await serviceRoutes(app, '/ops/collectivity', (scope) => serve(scope, ownTerritoryContract, ownHandlers(parts)));
      await serviceRoutes(app, '/ops/collectivities', (scope) =>
        serve(scope, collectivityContract, platformHandlers(parts, founding)),
      );
      return { parts: {} };
    },
  });
}

function ownHandlers({ db, callerOf, collectivities }: Parts): Handlers<OwnTerritoryContract> {
  const ownOf = (tenant: string) => {
    const own = collectivities.own(tenant);
    if (own !== undefined) return own.row;
    throw missing('territory of its own, only that of the installation’s folder, of tenant', tenant);
  };
  return {
    own: async ({ tenant }) => ({ ...shown(ownOf(tenant)), ...(await readShapes(db, tenant)) }),
    async change(request) {
      const { tenant, query, body } = request;
      ownOf(tenant);
      const territory = checkTerritory(body);
      const by = actor(callerOf(request));
      const isDone = await db.transaction((tx) =>
        updateCollectivity(tx, tenant, territory, { by, version: query.version }),
      );
      await collectivities.reload();
      const { row } = collectivities.own(tenant) ?? {};
      if (isDone && row !== undefined) return shown(row);
      throw conflict(`version: got ${query.version}, expected ${row?.version ?? 'none'}, because somebody changed it`);
    },
    async versions({ tenant }) {
      ownOf(tenant);
      const versions = await readVersions(db, tenant);
      return { versions: versions.map((each) => ({ ...each, changedAt: each.changedAt.toISOString() })) };
    },
  };
}

function platformHandlers({ db, callerOf, collectivities }: Parts, founding: Founding): Handlers<CollectivityContract> {
  return {
    list: () => ({ collectivities: collectivities.all().flatMap(({ row }) => (row ? [shown(row)] : [])) }),
    async found(request, reply) {
      const { tenant, hosts, ...given } = request.body;
      const territory = checkTerritory(given);
      const by = actor(callerOf(request));
      await db.transaction(async (tx) => {
        if (!(await insertCollectivity(tx, tenant, territory, by))) throw refused('tenant', tenant, 'a new one', 409);
        await giveHosts(tx, tenant, hosts);
        await founding.begin(tx, tenant);
      });
      await collectivities.reload();
      reply.header('location', `/ops/collectivities/${tenant}`);
      return shown(present(collectivities, tenant));
    },
    async setHosts({ params: { tenant }, body: { hosts } }) {
      present(collectivities, tenant);
      await db.transaction((tx) => giveHosts(tx, tenant, hosts));
      await collectivities.reload();
      return shown(present(collectivities, tenant));
    },
  };
}

async function giveHosts(tx: Queryable, tenant: string, hosts: readonly string[]): Promise<void> {
  const taken = await putHosts(tx, tenant, hosts);
  if (taken !== undefined) throw refused('hosts', taken, 'a host that no other collectivity has', 409);
}

function present(collectivities: Collectivities, tenant: string): CollectivityRow {
  const own = collectivities.own(tenant);
  if (own === undefined) throw missing('collectivity', tenant);
  return own.row;
}

function shown({ tenant, version, foundedAt, changedAt, hosts, document }: CollectivityRow): Collectivity {
  return {
    tenant,
    version,
    foundedAt: foundedAt.toISOString(),
    changedAt: changedAt.toISOString(),
    hosts: [...hosts],
    ...document,
  };
}
