import { migrate } from '@alzette/kit/migrate';
import { outageOf } from '@alzette/kit/outage';
import { OutageReporter } from '@alzette/kit/outages';
import type { FastifyBaseLogger } from 'fastify';
import { pino } from 'pino';
import { networkList } from '../access/api-key.ts';
import { steadyClock } from '../clock/steady-clock.ts';
import { type ContextHost, createContexts } from '../context/create-contexts.ts';
import { isByTenant } from '../database/citus/by-tenant.ts';
import { distributeByTenant, refuseWorker } from '../database/citus/distribute.ts';
import { TenantNodes } from '../database/citus/tenant-nodes.ts';
import type { Database } from '../database/database.ts';
import { openSecrets, type Secrets } from '../database/secrets.ts';
import { ensureHistoryPartitions } from '../history/tables/history-partitions.ts';
import { prepareHistoryStorage } from '../history/tables/history-storage.ts';
import { ENDPOINT_SCHEMES } from '../model/endpoint-schemes.ts';
import { NgsiLdError } from '../model/errors.ts';
import { badMember } from '../model/values.ts';
import type { BrokerOptions } from '../options.ts';
import { allowedUrl, type OutgoingPolicy } from '../outgoing/outgoing-url.ts';
import { leadsToOwnApi } from '../outgoing/own-api.ts';
import { ChangeBarrier } from '../processes/change-barrier.ts';
import { Peers } from '../processes/peers.ts';
import { SharedClock } from '../processes/shared-clock.ts';
import { InteropSettings } from '../tenants/interop/interop-settings.ts';
import { Company } from '../tenants/quotas/company.ts';
import { Quotas } from '../tenants/quotas/quotas.ts';
import { TenantUsage } from '../tenants/quotas/tenant-usage.ts';
import { createTenants, type Tenants } from '../tenants/tenants.ts';
import { Meters } from './meters.ts';

/** What all areas of the broker share. */
export interface Foundation {
  readonly db: Database;
  /** The nodes of a cluster; absent: the database is none. */
  readonly nodes: TenantNodes | undefined;
  readonly log: FastifyBaseLogger;
  /** Where URLs given by users may lead. */
  readonly outgoing: OutgoingPolicy;
  /** The name of the broker in `Via`. */
  readonly instance: string;
  readonly peers: Peers;
  readonly sharedClock: SharedClock;
  readonly outages: OutageReporter;
  readonly changeBarrier: ChangeBarrier;
  readonly contexts: ContextHost;
  readonly tenants: Tenants;
  readonly quotas: Quotas;
  readonly company: Company;
  readonly usage: TenantUsage;
  readonly interop: InteropSettings;
  readonly secrets: Secrets;
  readonly meters: Meters;
  /** Checks a URL in a document. @throws NgsiLdError BadRequestData: it is not allowed */
  checkUrl(url: string, member: string): Promise<void>;
  /** The same for an endpoint of subscriptions, which may not be our own API. @throws NgsiLdError BadRequestData */
  checkEndpoint(url: string, member: string): Promise<void>;
  stopForgettingContexts(): Promise<void>;
}

const MIGRATIONS = new URL('../../migrations/', import.meta.url);
/** NOTIFY channel for deleted or renewed @contexts, with the name of the process. */
const CONTEXTS_CHANNEL = 'context';
/** Whether an outage has ended: a write, because a full database still answers reads. */
const TEST_WRITE = 'UPDATE broker_clock SET at = at';
const TEST_WITHIN_MS = 3_000;

/**
 * Migrates the database and opens what all areas share.
 *
 * @param finish awaited before another process is told that its changes have been applied
 */
// Longer than 80 lines: one step after the other, each with what those before it opened.
export async function openFoundation(options: BrokerOptions, finish: () => Promise<unknown>): Promise<Foundation> {
  const { db, publicUrl, offline = false, secretKey } = options;
  const isHostOfTenant = (host: string) => options.door?.tenantOf(host) !== undefined;
  const log = options.logger ?? pino({ level: 'warn' });
  const outgoing = outgoingPolicy(options);
  await refuseWorker(db);
  await migrate(db, MIGRATIONS, 'broker');
  await prepareHistoryStorage(db, options.historyStorage ?? 'auto', log);
  await ensureHistoryPartitions(db).catch((error: unknown) => {
    if (outageOf(error) !== 'node') throw error;
    log.warn({ error }, 'Could not create the next partitions of the history, as a node is away; will retry');
  });
  await distributeByTenant(db);
  const instance = options.instance ?? (db.kind === 'pglite' ? 'embedded' : publicUrl);
  const outages = options.outages ?? new OutageReporter(log);
  outages.askBy(() => db.query({ text: TEST_WRITE, timeoutMs: TEST_WITHIN_MS }));
  const sharedClock = await SharedClock.start(db, steadyClock, log, (error) => {
    const outage = outageOf(error);
    if (outage !== undefined) outages.note(outage, error);
  });
  const peers = await Peers.join(db, instance);
  const changeBarrier = new ChangeBarrier(db, peers, finish);
  const contextDeleted = { text: `SELECT send_message('${CONTEXTS_CHANNEL}', $1)`, values: [peers.name] };
  const contexts = await createContexts({
    db,
    publicUrl,
    isHostOfTenant,
    policy: outgoing,
    offline,
    onForgotten: () =>
      db
        .query(contextDeleted)
        .catch((error) => log.warn(error, 'Could not tell other processes that a @context was deleted')),
  });
  const stopForgettingContexts = await db.listen(CONTEXTS_CHANNEL, (by) => by !== peers.name && contexts.forget());
  const tenants = await createTenants(db);
  const told = (what: string) => (error: unknown) => log.error(error, what);
  const quotas = await Quotas.open(db, told('Could not load the quotas of tenants'));
  const common = {
    lenient: options.lenient ?? false,
    ...(options.defaultContext && { defaultContext: options.defaultContext }),
  };
  const interop = await InteropSettings.open(
    db,
    common,
    told('Could not load or record the interoperability of tenants'),
  );
  const secrets = await openSecrets(db, secretKey);
  if (secretKey === undefined) {
    log.warn(
      'SECRET_KEY is not set: secrets of subscriptions are encrypted with a key that is stored in the database itself',
    );
  }
  const checkUrl = async (url: string, member: string): Promise<void> => {
    const verdict = await allowedUrl(url, outgoing, ENDPOINT_SCHEMES);
    if (!verdict.allowed) throw new NgsiLdError('BadRequestData', `${member}: ${verdict.reason}`);
  };
  return {
    db,
    nodes: isByTenant(db) && db.on !== undefined ? new TenantNodes(db, log) : undefined,
    log,
    outgoing,
    instance,
    peers,
    sharedClock,
    outages,
    changeBarrier,
    contexts,
    tenants,
    quotas,
    company: new Company(),
    usage: await TenantUsage.open(db, quotas, told('Could not record what tenants use')),
    interop,
    secrets,
    meters: new Meters(),
    checkUrl,
    async checkEndpoint(url, member) {
      if (options.ownApiEndpoints !== true && (await leadsToOwnApi(url, { ...options, isHostOfTenant }))) {
        throw badMember(member, url, 'an endpoint that is not our own API, which would notify itself');
      }
      await checkUrl(url, member);
    },
    stopForgettingContexts,
  };
}

function outgoingPolicy({ outgoing = 'open', publicUrl }: BrokerOptions): OutgoingPolicy {
  if (outgoing === 'open') return outgoing;
  return { own: new URL(publicUrl).origin, ...(outgoing !== 'public-only' && { networks: networkList(outgoing) }) };
}
