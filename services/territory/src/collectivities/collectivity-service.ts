import { isDeepStrictEqual } from 'node:util';
import { actor } from '@alzette/kit/access';
import { clientGone } from '@alzette/kit/compute';
import type { Queryable } from '@alzette/kit/database';
import { forKnown } from '@alzette/kit/objects';
import { conflict, missing, refused } from '@alzette/kit/problems';
import { serviceRoutes } from '@alzette/kit/routes';
import { answer, type Handlers, serve } from '@alzette/kit/serve';
import { defineService, type ServiceContext } from '@alzette/kit/service';
import type { FastifyRequest } from 'fastify';
import type { PublishedBoundary } from '../boundaries/communes-in-boundaries.ts';
import { READ_BOUNDARIES } from '../boundaries/published/read-task.ts';
import {
  BOUNDARY_FILE,
  BOUNDARY_FILE_BYTES,
  type Collectivity,
  type CollectivityContract,
  collectivityContract,
  type HostContract,
  hostContract,
  type Likeness,
  type Model,
  type OwnTerritoryContract,
  ownTerritoryContract,
  supportContract,
  type Taken,
} from '../contract/contract.ts';
import { DEFAULT_TENANT } from '../contract/paths.ts';
import { type FiguresOf, groupHandlers } from '../group/group-routes.ts';
import { type CheckedTerritory, checkTerritory } from './check-territory.ts';
import type { Collectivities, TerritoryHead } from './collectivities.ts';
import {
  type CollectivityRow,
  insertCollectivity,
  putHosts,
  readShapes,
  readVersions,
  updateCollectivity,
} from './collectivity-rows.ts';
import { type GiveAccess, supportHandlers } from './support.ts';

export const migrationsFolder = new URL('../../migrations/', import.meta.url);

/** Who is invited to administer a collectivity. */
export interface Administrator {
  readonly email: string;
}

/** What a founding has to tell. */
export interface Founded {
  readonly administrator?: { readonly username: string; readonly link?: string };
  readonly like?: Taken;
}

/** What else comes into being with a collectivity. */
export interface Founding {
  /** In the same transaction. */
  begin(tx: Queryable, tenant: string): Promise<void>;
  /**
   * Afterwards, with the rights of the founder; may be repeated. Returns the name of the invited person's account, and a
   * link for them if it could not be mailed.
   */
  complete(
    request: FastifyRequest,
    territory: TerritoryHead,
    given: { readonly administrator?: Administrator; readonly like?: Likeness },
  ): Promise<Founded>;
  /** What {@link complete} would take of a collectivity. */
  modelOf(request: FastifyRequest, tenant: string): Promise<Model>;
}

type Parts = Pick<ServiceContext, 'db' | 'callerOf' | 'compute' | 'authorOf' | 'judgeAs'> & {
  readonly collectivities: Collectivities;
};

/** Who runs the installation founds collectivities; each keeps its own territory. */
export function collectivityService(
  collectivities: Collectivities,
  founding: Founding,
  figuresOf: FiguresOf,
  give: GiveAccess,
) {
  return defineService({
    name: 'territory',
    migrations: migrationsFolder,
    async start({ app, db, callerOf, compute, authorOf, judgeAs }) {
      const parts = { db, callerOf, compute, authorOf, judgeAs, collectivities };
      await serviceRoutes(app, '/ops/collectivity', (scope) => {
        serve(scope, ownTerritoryContract, ownHandlers(parts));
        serve(scope, supportContract, supportHandlers({ ...parts, give }));
      });
      await serviceRoutes(app, '/ops/hosts', (scope) => serve(scope, hostContract, hostHandlers(collectivities)));
      await serviceRoutes(app, '/ops/collectivities', (scope) => {
        const limit = { parseAs: 'buffer', bodyLimit: BOUNDARY_FILE_BYTES } as const;
        scope.addContentTypeParser(BOUNDARY_FILE, limit, (_request, body, done) => done(null, body));
        serve(scope, collectivityContract, {
          ...platformHandlers(parts, founding),
          ...groupHandlers({ ...parts, figuresOf }),
          ...ownSites(parts),
        });
      });
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
      throw conflict(
        `version: got ${query.version}, expected ${row?.version ?? 'none'}, because somebody changed it`,
        'changed',
      );
    },
    async versions({ tenant }) {
      ownOf(tenant);
      const versions = await readVersions(db, tenant);
      return { versions: versions.map((each) => ({ ...each, changedAt: each.changedAt.toISOString() })) };
    },
  };
}

/** The proxy asks for each handshake, so this reads only what is in memory. */
function hostHandlers(collectivities: Collectivities): Handlers<HostContract> {
  return {
    async known({ query, headers, isAtHostOfTenant }) {
      const host = query.domain.toLowerCase().replace(/\.$/, '');
      // Who comes through the proxy is a stranger, and could try out names.
      const isForwarded = headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined;
      if (isForwarded || isAtHostOfTenant || !collectivities.isServed(host)) throw missing('host', host);
    },
  };
}

function platformHandlers(
  { db, callerOf, compute, collectivities }: Parts,
  founding: Founding,
): Handlers<CollectivityContract, 'list' | 'found' | 'boundaries' | 'model' | 'setHosts'> {
  return {
    list: () => ({ collectivities: collectivities.all().flatMap(({ row }) => (row ? [shown(row)] : [])) }),
    async found(request, reply) {
      const { tenant, hosts, administrator, like, ...given } = request.body;
      const territory = checkTerritory(given);
      checkLikeness(collectivities, tenant, like?.collectivity);
      checkHosts(collectivities, hosts);
      const by = actor(callerOf(request));
      const isNew = await db.transaction(async (tx) => {
        if (!(await insertCollectivity(tx, tenant, territory, by))) return false;
        await giveHosts(tx, tenant, hosts);
        await founding.begin(tx, tenant);
        return true;
      });
      await collectivities.reload();
      const head = present(collectivities, tenant);
      // The same request again completes what was begun.
      if (!isNew && !isSame(head.row, territory, hosts)) throw refused('tenant', tenant, 'a new one', 409);
      const complete = { ...(administrator && { administrator }), ...(like && { like }) };
      const done = await founding.complete(request, head, complete).catch((cause: Error) => {
        throw conflict(
          `The collectivity is there, but lacks roles or its administrator; send it again: ${cause.message}`,
        );
      });
      reply.header('location', `/ops/collectivities/${tenant}`);
      return answer(isNew ? 201 : 200, { ...shown(head.row), ...done });
    },
    async boundaries({ tenant, body }, reply) {
      if (!(body instanceof Uint8Array)) throw refused('body', typeof body, `a file of the type ${BOUNDARY_FILE}`);
      const read = await compute.run(READ_BOUNDARIES, body, { tenant, signal: clientGone(reply) });
      if ('fault' in read) throw refused('file', `${body.length} bytes`, `boundaries of communes: ${read.fault}`);
      return { type: 'FeatureCollection', features: read.features.map(publishedFeature) };
    },
    model(request) {
      const { tenant } = request.params;
      if (tenant === DEFAULT_TENANT) return founding.modelOf(request, '');
      return founding.modelOf(request, present(collectivities, tenant).row.tenant);
    },
    async setHosts({ params: { tenant }, body: { hosts } }) {
      present(collectivities, tenant);
      checkHosts(collectivities, hosts);
      await db.transaction((tx) => giveHosts(tx, tenant, hosts));
      await collectivities.reload();
      return shown(present(collectivities, tenant).row);
    },
  };
}

/** Where somebody has rights: there they are signed in, too. */
function ownSites({ authorOf, judgeAs, collectivities }: Parts): Handlers<CollectivityContract, 'mine'> {
  return {
    mine: {
      objects: forKnown('list of one’s collectivities'),
      handle(request) {
        const author = authorOf(request);
        const others = collectivities.all().flatMap(({ row }) => (row && row.hosts.length > 0 ? [row.tenant] : []));
        const own = ['', ...others].flatMap((tenant) => {
          const { caller } = judgeAs(author, tenant);
          if (!(caller.mayRead || caller.mayWrite || caller.administers)) return [];
          const { name } = collectivities.of(tenant);
          const url = collectivities.publicUrl(tenant);
          return [{ tenant: tenant === '' ? DEFAULT_TENANT : tenant, name, url, administers: caller.administers }];
        });
        return { collectivities: own.sort((a, b) => a.name.localeCompare(b.name, 'fr')) };
      },
    },
  };
}

function publishedFeature({ properties, geometry }: PublishedBoundary) {
  const { type, coordinates } = geometry as { type: string; coordinates: unknown[] }; // others were left out
  return { type: 'Feature' as const, properties: properties ?? {}, geometry: { type, coordinates } };
}

function checkHosts({ ownHosts }: Collectivities, hosts: readonly string[]): void {
  const own = hosts.find((host) => ownHosts.has(host));
  if (own !== undefined) throw refused('hosts', own, 'another host than one of the installation itself');
}

function checkLikeness(collectivities: Collectivities, tenant: string, like: string | undefined): void {
  if (like === undefined || like === DEFAULT_TENANT) return;
  if (like !== tenant && collectivities.own(like) !== undefined) return;
  throw refused('like.collectivity', like, 'another collectivity of this installation');
}

async function giveHosts(tx: Queryable, tenant: string, hosts: readonly string[]): Promise<void> {
  const taken = await putHosts(tx, tenant, hosts);
  if (taken !== undefined) throw refused('hosts', taken, 'a host that no other collectivity has', 409);
}

function present(collectivities: Collectivities, tenant: string) {
  const own = collectivities.own(tenant);
  if (own === undefined) throw missing('collectivity', tenant);
  return own;
}

function isSame(
  { document, hosts }: CollectivityRow,
  { document: given }: CheckedTerritory,
  givenHosts: readonly string[],
) {
  return isDeepStrictEqual([document, hosts], [given, givenHosts]);
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
