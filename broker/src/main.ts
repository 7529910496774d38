import { fileURLToPath } from 'node:url';
import type { NgsiLdClient } from '@alzette/ngsi-ld-schemas/client';
import { type Box, HOME } from '@alzette/ngsi-ld-schemas/validation';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { pino } from 'pino';
import type { Agent } from 'undici';
import { Access } from './access/access.ts';
import { networkList } from './access/api-key.ts';
import { allowedUrl, type OutgoingPolicy, type OutgoingVerdict, outgoingAgent } from './access/outgoing-url.ts';
import type { Principal } from './access/principal.ts';
import { LiveFeed } from './changes/live-feed.ts';
import { NewsExchange } from './changes/news-exchange.ts';
import { type BrokerConfig, isForThisMachine, readConfig } from './config.ts';
import { createContexts } from './context/create-contexts.ts';
import { accessExplainRoutes } from './http/access-explain-routes.ts';
import { enforceAccess } from './http/access-hooks.ts';
import { createApp, type TlsFiles } from './http/app.ts';
import { attributeRoutes } from './http/attribute-routes.ts';
import { batchRoutes } from './http/batch-routes.ts';
import { contextRoutes } from './http/context-routes.ts';
import { discoveryRoutes } from './http/discovery-routes.ts';
import { Drain } from './http/drain.ts';
import { entityMapRoutes } from './http/entity-map-routes.ts';
import { entityRoutes } from './http/entity-routes.ts';
import { eventRoutes } from './http/event-routes.ts';
import { healthRoutes } from './http/health-routes.ts';
import { identityRoutes } from './http/identity-routes.ts';
import { openApiRoutes } from './http/openapi-routes.ts';
import { opsAccessRoutes } from './http/ops-access-routes.ts';
import { auditAdministration, opsAuditRoutes } from './http/ops-audit-routes.ts';
import { opsHistoryRoutes } from './http/ops-history-routes.ts';
import { opsIndexRoutes } from './http/ops-index-routes.ts';
import { opsModelRoutes } from './http/ops-model-routes.ts';
import { opsNotificationRoutes } from './http/ops-notification-routes.ts';
import { opsTenantRoutes } from './http/ops-tenant-routes.ts';
import { ownKeyRoutes } from './http/own-key-routes.ts';
import { problemOf } from './http/problem.ts';
import { readYourWrites } from './http/read-your-writes.ts';
import { registrationRoutes } from './http/registration-routes.ts';
import { REMOTE_NOTIFY, remoteNotifyRoutes } from './http/remote-notify-routes.ts';
import { readSnapshotQueries } from './http/snapshot-query.ts';
import { snapshotRoutes } from './http/snapshot-routes.ts';
import { subscriptionRoutes } from './http/subscription-routes.ts';
import { temporalRoutes } from './http/temporal-routes.ts';
import { waitForProcesses } from './http/wait-for-processes.ts';
import { inProcessClient } from './in-process-client.ts';
import { NgsiLdError } from './model/errors.ts';
import { tenantOfSpace } from './model/snapshot-space.ts';
import type { SubscriptionOwner } from './model/subscription.ts';
import type { LinkedEntities } from './notifications/dispatcher.ts';
import { postNotification } from './notifications/http-notifier.ts';
import { createNotifications } from './notifications/notifications.ts';
import { DELIVERY_SETTINGS, type DeliverySettings } from './notifications/settings.ts';
import { HistoryKeeping } from './operations/keep-history.ts';
import { areLimited, laneByRights } from './operations/lane-by-rights.ts';
import { linkedEntities } from './operations/linked-entities.ts';
import { Models } from './operations/models.ts';
import { subscribedEntities } from './operations/subscribed-entities.ts';
import { lanePastModels } from './operations/validate-by-models.ts';
import { rights } from './query/visibility.ts';
import { Federation } from './registrations/federation.ts';
import type { RegistrationDocument } from './registrations/registration-document.ts';
import { createRegistrations } from './registrations/registrations.ts';
import { representDocument } from './registrations/represent-registration.ts';
import { SourceClient } from './registrations/source-client.ts';
import { SourceCopies } from './registrations/source-copies.ts';
import { SourceSubscriptions } from './registrations/source-subscriptions.ts';
import { parseVia, sourceAliases } from './registrations/via.ts';
import { openReceiver } from './snapshots/receiver-secrets.ts';
import { noticeOf } from './snapshots/represent-snapshot.ts';
import { SnapshotJob, type SnapshotJobParts } from './snapshots/snapshot-job.ts';
import { accessStore } from './store/access.ts';
import { type AuditStore, auditStore } from './store/audit.ts';
import type { Database } from './store/database.ts';
import { createLedgerStore } from './store/delivery-ledger.ts';
import { queryEntities } from './store/entities.ts';
import { sumUpEntityCounts } from './store/entity-counts.ts';
import { ExpiryJob } from './store/expiry-job.ts';
import { Hearing } from './store/hearing.ts';
import { ensureHistoryPartitions } from './store/history-partitions.ts';
import { type HistoryStorage, prepareHistoryStorage } from './store/history-storage.ts';
import { type AdviserMode, IndexAdviser } from './store/index-adviser.ts';
import { createWriteLane } from './store/lane.ts';
import { readEntities } from './store/lane-statements.ts';
import { Maintenance } from './store/maintenance.ts';
import { migrate } from './store/migrate.ts';
import { modelStore } from './store/models.ts';
import { openDatabase } from './store/open-database.ts';
import { createOutboxStore } from './store/outbox.ts';
import { Peers } from './store/peers.ts';
import { Quotas } from './store/quotas.ts';
import { createRegistrationStore } from './store/registrations.ts';
import { ReplicaReads } from './store/replica-reads.ts';
import { RetentionJob } from './store/retention-job.ts';
import { RollupJob } from './store/rollup-job.ts';
import { openSecrets, type Secrets } from './store/secrets.ts';
import { SnapshotSpaces } from './store/snapshot-spaces.ts';
import { SnapshotStore } from './store/snapshots.ts';
import { createSourceCopyStore } from './store/source-copies.ts';
import { SqlViews } from './store/sql-views.ts';
import { createSubscriptionStore } from './store/subscriptions.ts';
import { createTenants } from './store/tenants.ts';
import { usageStore } from './store/usage.ts';
import { entityRound, type FindEntities } from './subscriptions/entity-round.ts';
import { Intervals } from './subscriptions/intervals.ts';
import { createSubscriptions } from './subscriptions/subscriptions.ts';
import { ownListening, superviseWorkers, tellReady, workerNumber } from './workers.ts';

export type { Database, Queryable, Rows, Statement } from './store/database.ts';
export { migrate, openDatabase };

export interface BrokerOptions {
  readonly db: Database;
  /** A streaming replica of it, which answers reads as far as it has what their clients have written. */
  readonly replica?: Database;
  /** Where others reach us, e.g. `https://data.example.org`: links in answers start with it. */
  readonly publicUrl: string;
  readonly logger?: FastifyBaseLogger;
  /** Where URLs given by users may lead: anywhere, to public addresses, or to these networks too. Default `open`. */
  readonly outgoing?: 'open' | 'public-only' | readonly string[];
  /** No remote @context is fetched. Default false. */
  readonly offline?: boolean;
  /**
   * The name of this process among those of one database, the same after a restart: what it left to be sent it finds by
   * it. A second process of the same name gets a number behind it. Default: the public URL.
   */
  readonly instance?: string;
  /** What secrets of subscriptions are encrypted with; absent: a key that the database keeps. */
  readonly secretKey?: string;
  /** Where the territory lies: what models say of positions that seem swapped. Default: the Pays-Haut Val d'Alzette. */
  readonly territory?: Box;
  /** How notifications are sent, where it differs from `DELIVERY_SETTINGS`. */
  readonly delivery?: Partial<DeliverySettings>;
  /** Whether indexes for attributes that are often asked are made by themselves. Default `auto`. */
  readonly indexAdviser?: AdviserMode;
  /** Origins whose pages may use the API from a browser; `*`: any. Default: none but the broker's own. */
  readonly corsOrigins?: readonly string[];
  /** Proxies whose X-Forwarded-For names who asks: addresses and networks (CIDR). Default: none's does. */
  readonly proxies?: readonly string[];
  /** Attribute instances of one entity in one temporal answer; more are cut off with 206. Default 32. */
  readonly temporalPageSize?: number;
  /** What the history is kept in. Default `auto`. */
  readonly historyStorage?: HistoryStorage;
  /** Whether changes of entities are recorded in the history. Default true. */
  readonly recordsHistory?: boolean;
  /** How often entities whose time has passed are looked for, to delete them. Default 10,000. */
  readonly expiryEveryMs?: number;
  /** Default `open`: whoever reaches the broker may do everything. */
  readonly access?: 'open' | 'enforced';
  /** Whose tokens count (OpenID Connect). Default: nobody's. */
  readonly issuers?: readonly string[];
  /** Who tokens must be for. Default: the public URL. */
  readonly audiences?: readonly string[];
  /** Told the key of an administrator that is made when access is enforced and there is neither key nor issuer. */
  readonly onFirstKey?: (key: string) => void;
  readonly tls?: TlsFiles;
  /** To wait for a context source whose registration names no timeout. Default 5,000. */
  readonly sourceTimeoutMs?: number;
  /** Most days that a snapshot may live. Default 30. */
  readonly snapshotDays?: number;
}

export interface Broker {
  /** Its routes are registered; whoever made the broker adds its own and listens. */
  readonly app: FastifyInstance;
  readonly db: Database;
  /** The same operations without the HTTP between, and without regard to rights: for what the product does of itself. */
  readonly client: NgsiLdClient;
  /** The same, held to the rights of the request that is being answered. */
  readonly callerClient: NgsiLdClient;
  /** What services beside the broker have to tell of sign-ins and acts of administration. */
  readonly audit: AuditStore;
  /** Encrypts what must not be read in the database, for services beside the broker. */
  readonly secrets: Secrets;
  /** How services beside the broker reach URLs that users gave. */
  readonly outgoing: Outgoing;
  /** Refuses from now on, in every process, the tokens that a subject was given before. */
  revokeTokens(subject: string, before: Date): Promise<void>;
  /** Tells load balancers that this process is about to end, and serves for so long yet those who are connected. */
  drain(forMs: number): Promise<void>;
  /** Finishes what is under way. The database stays open: it belongs to whoever opened it. */
  close(): Promise<void>;
}

/** The guard on URLs given by users: asked before dialling, and by the dispatcher again while dialling. */
export interface Outgoing {
  check(url: string, protocols?: readonly string[]): Promise<OutgoingVerdict>;
  readonly dispatcher: Agent;
}

const MIGRATIONS = new URL('../migrations/', import.meta.url);
// What the standard's own test suite takes for granted: 40 instances of an entity are too many, 20 are not.
const TEMPORAL_PAGE_SIZE = 32;
const SOURCE_TIMEOUT_MS = 5_000;
/** To one source: enough for it to be busy, few enough to hang. */
const SOURCE_CONNECTIONS = 32;
const A_DAY_MS = 24 * 60 * 60 * 1000;
const PARTITIONS_EVERY_MS = A_DAY_MS;
const SNAPSHOT_MS = 30 * A_DAY_MS;
/** For the endpoint of a snapshot to answer. */
const NOTICE_TIMEOUT_MS = 10_000;
const SUM_COUNTS_EVERY_MS = 10_000;
const EXPIRY_EVERY_MS = 10_000;
/** NOTIFYed with the name of the process that has deleted or renewed a @context. */
const CONTEXTS_CHANNEL = 'context';

/** Brings the database up to date and wires a broker on it. */
export async function createBroker(options: BrokerOptions): Promise<Broker> {
  const { db, replica, publicUrl, offline = false } = options;
  const { outgoing: allowed = 'open' } = options;
  const outgoing: OutgoingPolicy =
    allowed === 'open'
      ? allowed
      : { own: new URL(publicUrl).origin, ...(allowed !== 'public-only' && { networks: networkList(allowed) }) };
  const logger = options.logger ?? pino({ level: 'warn' });
  await migrate(db, MIGRATIONS, 'broker');
  await prepareHistoryStorage(db, options.historyStorage ?? 'auto', logger);
  await ensureHistoryPartitions(db);
  const instance = options.instance ?? (db.kind === 'pglite' ? 'embedded' : publicUrl);
  const peers = await Peers.join(db, instance);

  const hearing = new Hearing(db, peers, () => Promise.all([notifications.settled(), registrations.settled()]));
  const news = { text: `SELECT pg_notify('${CONTEXTS_CHANNEL}', $1)`, values: [peers.name] };
  const contexts = await createContexts({
    db,
    publicUrl,
    policy: outgoing,
    offline,
    onForgotten: () => db.query(news).catch((error) => logger.warn(error, 'Others keep a @context that was deleted')),
  });
  const stopForgetting = await db.listen(CONTEXTS_CHANNEL, (by) => by !== peers.name && contexts.forget());
  const tenants = await createTenants(db);
  const quotas = await Quotas.open(db, (error) => logger.error(error, 'Quotas of tenants'));
  const audit = auditStore(db, options.secretKey);
  const accessParts = { store: accessStore(db), usage: usageStore(db) };
  const access = new Access({
    ...accessParts,
    issuers: options.issuers ?? [],
    audiences: options.audiences?.length ? options.audiences : [publicUrl],
    isShared: db.kind === 'postgres',
    onError: (error) => logger.error(error, 'Access'),
    onTaking: (taking) => hearing.during(taking),
  });
  await access.start();
  /** What the broker does for the owner of a subscription, it does with their rights, whoever's request it is part of. */
  const asOwner = <T>(owner: SubscriptionOwner | undefined, tenant: string, work: () => T): T =>
    rights.run(owner && access.grantOfEarlier(owner as Principal, tenantOfSpace(tenant)), work); // as the request had it
  const linked: LinkedEntities = (tenant, roots, how, owner) =>
    asOwner(owner, tenant, () => linkedEntities(db, tenant, roots, how));
  const secrets = await openSecrets(db, options.secretKey);
  if (options.secretKey === undefined) {
    logger.warn('SECRET_KEY is not set: secrets of subscriptions are encrypted with a key kept in the database itself');
  }
  const store = createSubscriptionStore(db, peers.name, 'entity', quotas);
  const subscriptions = await createSubscriptions(
    store,
    linked,
    secrets,
    logger,
    (owner, tenant) => access.grantOfEarlier(owner as Principal, tenantOfSpace(tenant)).read, // as the request had it
    hearing,
  );
  const outbox = createOutboxStore(db, peers);
  const registrations = await createRegistrations(
    createRegistrationStore(db, peers.name, quotas),
    secrets,
    logger,
    hearing,
  );
  const sourceSubscriptions = new SourceSubscriptions({
    store: createSubscriptionStore(db, peers.name, 'source', quotas),
    registrations,
    outbox,
    secrets,
    log: logger,
    hearing,
  });
  const sourceCopyStore = createSourceCopyStore(db, peers.name);
  const notifications = createNotifications({
    outbox,
    peers,
    subscriptions: {
      get: (tenant, id) => subscriptions.get(tenant, id) ?? sourceSubscriptions.get(tenant, id),
      visible: (subscription, owed) => subscriptions.visible(subscription, owed),
      admits: (subscription, at) => subscriptions.admits(subscription, at),
      claims: (subscription, entryId, at) => subscriptions.claims(subscription, entryId, at),
      confirms: (subscription, owed) => subscriptions.confirms(subscription, owed),
    },
    representSource: (source, names) => representDocument(source as unknown as RegistrationDocument, names), // as owed
    contexts,
    pool: outgoingAgent(outgoing),
    policy: outgoing,
    linked,
    log: logger,
    settings: options.delivery,
  });
  const findEntities: FindEntities = async ({ tenant, owner, localOnly = false }, filter, limit, offset) => {
    const entities = await asOwner(owner, tenant, () =>
      subscribedEntities(db, federation, contexts.core, tenant, filter, { limit, offset }, localOnly),
    );
    const grant = owner && access.grantOfEarlier(owner as Principal, tenantOfSpace(tenant)); // as the request had it
    if (!areLimited(grant) || entities.length === 0) return entities;
    // As a whole: what its owner sees of them is found out as they are sent.
    const ids = entities.map(({ id }) => id);
    const whole = { selectors: [{ ids }], limit: ids.length, offset: 0, count: false };
    return (await asOwner(undefined, tenant, () => queryEntities(db, tenant, whole))).entities;
  };
  const intervals = new Intervals({
    claimDue: (limit) => subscriptions.store.claimDue(limit),
    msUntilDue: () => subscriptions.store.msUntilDue(),
    round: (tenant, id) => entityRound(subscriptions.get(tenant, id), findEntities),
    owe: (entries) => outbox.oweRound(entries),
    accept: (entries) => notifications.accept(entries),
    log: logger,
  });
  const sourceIntervals = new Intervals({
    claimDue: (limit) => sourceSubscriptions.store.claimDue(limit),
    msUntilDue: () => sourceSubscriptions.store.msUntilDue(),
    round: (tenant, id) => sourceSubscriptions.round(tenant, id),
    owe: (entries) => outbox.oweRound(entries),
    accept: (entries) => notifications.accept(entries),
    log: logger,
  });
  subscriptions.onInterval(() => intervals.wake());
  const aliasOf = sourceAliases(instance);
  const sources = outgoingAgent(outgoing, { connections: SOURCE_CONNECTIONS });
  const client = new SourceClient({
    agent: sources,
    refusal: async (url) => {
      const verdict = await allowedUrl(url.href, outgoing);
      return verdict.allowed ? undefined : verdict.reason;
    },
    contexts,
    registrations,
    aliasOf,
    timeoutMs: options.sourceTimeoutMs ?? SOURCE_TIMEOUT_MS,
  });
  const federation = new Federation(registrations.index, client, aliasOf);
  await sourceSubscriptions.start(
    (entries) => notifications.accept(entries),
    () => sourceIntervals.wake(),
  );
  const { firstPauseMs, longestPauseMs, sweepMs } = { ...DELIVERY_SETTINGS, ...options.delivery };
  const sourceCopies = new SourceCopies({
    store: sourceCopyStore,
    subscriptions,
    registrations,
    client,
    contexts,
    secrets,
    receiver: `${publicUrl}${REMOTE_NOTIFY}`,
    takeOffice: () => db.lockName('copies of subscriptions'),
    mayAskSources: ({ owner, tenant }) =>
      owner === undefined || !areLimited(access.grantOfEarlier(owner as Principal, tenant)), // as the request had it
    firstPauseMs,
    longestPauseMs,
    sweepMs,
    log: logger,
  });
  const feed = new LiveFeed((keys) => readEntities(db, keys));
  const exchange = new NewsExchange(db, peers, logger);
  await exchange.start({ onNews: (news) => feed.hear(news), onGap: () => feed.miss() });
  const maintenance = new Maintenance(db, logger);
  const rollups = new RollupJob(db, logger);
  const retention = new RetentionJob(db, rollups, logger);
  const adviser = new IndexAdviser(db, logger, options.indexAdviser ?? 'auto');
  const views = new SqlViews(db, logger);
  await views.start();
  const models = new Models(modelStore(db));
  const badModels = (error: unknown) => logger.error(error, 'The models could not be read again');
  await models.start(badModels, (taking) => hearing.during(taking));
  const writes = createWriteLane(db, {
    recordsHistory: options.recordsHistory ?? true,
    owner: peers.name,
    quotas,
    listener: {
      owed: (change) => subscriptions.owed(change),
      committed(changes, entries) {
        notifications.accept(entries);
        feed.publish(changes);
        exchange.publish(changes);
        maintenance.committed(changes);
        adviser.committed(changes);
        views.committed(changes);
      },
    },
  });
  const expiry = new ExpiryJob(db, writes, logger, options.expiryEveryMs ?? EXPIRY_EVERY_MS);
  const territory = options.territory ?? HOME;
  const lane = laneByRights(lanePastModels(writes, models, territory));
  await notifications.start();
  await sourceCopies.start();
  await hearing.start();
  intervals.wake();
  sourceIntervals.wake();

  /** Counters are told as they are, whoever has sent. */
  const settled = async () => void (await Promise.all([notifications.settled(), hearing.byAll()]));
  const subscriptionParts = {
    subscriptions,
    secrets,
    checkContext: (url: string) => contexts.resolve(url),
    checkUrl: (url: string, member: string) => checkOutgoing(url, member, outgoing),
    settled: () => settled(),
    checkLoop: (tenant: string, via: string | undefined) => federation.checkLoop({ tenant, via: parseVia(via) }),
  };
  const snapshots = new SnapshotStore(db, noticeOf, quotas);
  const spaces = await SnapshotSpaces.open(db, snapshots);
  const snapshotJob = new SnapshotJob({
    db,
    store: snapshots,
    spaces,
    federation,
    contexts,
    asOwner,
    readQueries: readSnapshotQueries,
    problemOf,
    openReceiver: (pairs, space) => openReceiver(pairs, space, secrets),
    send: noticeSender(outgoing, sources),
    log: logger,
  });
  const app = await createApp(contexts, tenants, spaces, {
    quotas,
    processes: () => peers.count,

    logger,
    tls: options.tls,
    corsOrigins: options.corsOrigins,
    proxies: options.proxies,
  });
  waitForProcesses(app, () => hearing.byAll());
  openApiRoutes(app, publicUrl);
  if (options.access === 'enforced') {
    enforceAccess(app, access);
    const key = options.issuers?.length ? undefined : await access.firstKey();
    if (key !== undefined) options.onFirstKey?.(key);
  }
  auditAdministration(app, audit);
  opsAccessRoutes(app, { access, ...accessParts, audit, contexts });
  ownKeyRoutes(app, { access, ...accessParts, audit, contexts });
  accessExplainRoutes(app, { access, contexts, db });
  opsAuditRoutes(app, audit);
  opsModelRoutes(app, { models, contexts, territory });
  const reads = replica && new ReplicaReads(db, replica, logger);
  if (reads !== undefined) readYourWrites(app, reads, peers);
  const entityParts = { db: reads?.db ?? db, lane, federation, contexts };
  const temporalParts = { ...entityParts, mostInstances: options.temporalPageSize ?? TEMPORAL_PAGE_SIZE };
  entityRoutes(app, entityParts);
  attributeRoutes(app, entityParts);
  batchRoutes(app, entityParts);
  entityMapRoutes(app, temporalParts);
  subscriptionRoutes(app, subscriptionParts);
  subscriptionRoutes(app, { ...subscriptionParts, subscriptions: sourceSubscriptions }, 'csourceSubscriptions');
  registrationRoutes(app, {
    registrations,
    secrets,
    checkUrl: (url, member) => checkOutgoing(url, member, outgoing),
    async anyEntity(tenant, filter) {
      const first = { ...filter, limit: 1, offset: 0, count: false };
      return (await asOwner(undefined, tenant, () => queryEntities(db, tenant, first))).entities.length > 0;
    },
  });
  remoteNotifyRoutes(app, {
    db,
    federation,
    copies: sourceCopyStore,
    subscription: (tenant, id) => subscriptions.get(tenant, id),
    accept: (entries) => notifications.accept(entries),
    async namesOf(value, asked) {
      return contexts.cached(value) ?? contexts.resolve(value).catch(asked);
    },
  });
  temporalRoutes(app, temporalParts);
  eventRoutes(app, { feed, contexts, access });
  opsNotificationRoutes(app, {
    ledger: createLedgerStore(db, peers.name),
    copies: sourceCopyStore,
    settled,
    endpointOf: (tenant, id) => notifications.endpointOf(tenant, id),
    endpoints: () => notifications.endpoints(),
    resume: (keys) => notifications.resume(keys),
  });
  discoveryRoutes(app, entityParts);
  identityRoutes(app, aliasOf);
  contextRoutes(app, contexts);
  const drain = new Drain(app);
  healthRoutes(app, db, drain);
  opsIndexRoutes(app, adviser, contexts);
  opsTenantRoutes(app, tenants, quotas);
  opsHistoryRoutes(app, new HistoryKeeping(db, retention), contexts);

  snapshotRoutes(app, {
    store: snapshots,
    spaces,
    secrets,
    longestLifetimeMs: options.snapshotDays === undefined ? SNAPSHOT_MS : options.snapshotDays * A_DAY_MS,
    checkUrl: (url, member) => checkOutgoing(url, member, outgoing),
    checkQueries: (document, context) => void readSnapshotQueries(document, context),
    wake: () => snapshotJob.wake(),
  });
  snapshotJob.wake();

  const dispatcher = outgoingAgent(outgoing);
  const callerClient = inProcessClient({ db, lane, contexts, tenants, subscriptions: subscriptionParts });
  const partitions = setInterval(() => {
    ensureHistoryPartitions(db).catch((error) =>
      logger.error(error, 'The next partitions of history could not be made'),
    );
  }, PARTITIONS_EVERY_MS);
  partitions.unref();
  const counts = setInterval(() => {
    sumUpEntityCounts(db).catch((error) => logger.warn(error, 'Counts of entities could not be summed up'));
  }, SUM_COUNTS_EVERY_MS);
  counts.unref();

  return {
    app,
    db,
    audit,
    client: unheld(callerClient),
    callerClient,
    secrets,
    outgoing: { check: (url, protocols) => allowedUrl(url, outgoing, protocols), dispatcher },
    async revokeTokens(subject, before) {
      await accessParts.store.revokeTokens(subject, before);
      await access.reload();
    },
    drain: (forMs) => drain.start(forMs),
    async close() {
      clearInterval(partitions);
      clearInterval(counts);
      maintenance.close();
      await app.close();
      await snapshotJob.close();
      await spaces.close();
      await expiry.close();
      await adviser.close();
      await views.close();
      await retention.close();
      await rollups.close();
      await sourceCopies.close();
      await intervals.close();
      await sourceIntervals.close();
      await notifications.close();
      await subscriptions.close();
      await sourceSubscriptions.close();
      await registrations.close();
      await exchange.close();
      await hearing.close();
      await stopForgetting();
      await sources.destroy();
      await dispatcher.destroy();
      await models.close();
      await access.close();
      await contexts.close();
      await quotas.close();
      await tenants.close();
      await peers.leave().catch((error) => logger.warn(error, 'The end of this process could not be written down'));
    },
  };
}

/** A client whose calls are nobody's but the product's own, even while a request is being answered. */
function unheld(client: NgsiLdClient): NgsiLdClient {
  const calls = Object.entries(client).map(([name, call]) => [
    name,
    (...args: unknown[]) => rights.exit(() => (call as (...given: unknown[]) => unknown)(...args)),
  ]);
  return Object.fromEntries(calls) as NgsiLdClient; // each call as it was
}

/** Sends notifications of snapshots; where an endpoint lies is looked at each time, for names may lead elsewhere by then. */
function noticeSender(policy: OutgoingPolicy, pool: ReturnType<typeof outgoingAgent>): SnapshotJobParts['send'] {
  return async ({ endpoint, headers, body }, receiverInfo) => {
    const verdict = await allowedUrl(endpoint, policy);
    if (!verdict.allowed) return false;
    const given = Object.fromEntries(receiverInfo.map(({ key, value }) => [key, value]));
    const all = { ...given, ...headers };
    return (await postNotification(pool, verdict.url, all, JSON.stringify(body), NOTICE_TIMEOUT_MS)).ok;
  };
}

/** @throws NgsiLdError BadRequestData: the URL leads where it may not */
async function checkOutgoing(url: string, member: string, policy: OutgoingPolicy): Promise<void> {
  const verdict = await allowedUrl(url, policy, ['http:', 'https:', 'mqtt:', 'mqtts:']);
  if (!verdict.allowed) throw new NgsiLdError('BadRequestData', `${member}: ${verdict.reason}`);
}

/** Runs a broker alone, as its environment says. */
export async function main(): Promise<void> {
  const config = readConfig(process.env);
  const worker = workerNumber();
  if (config.workers > 1 && worker === undefined) process.exit(await supervise(config));
  const logger = pino({ level: config.logLevel });
  const { databaseUrl: url, databaseDirectUrl: directUrl, databaseReadUrl: readUrl, dataDir } = config;
  const db = await openDatabase(url === undefined ? { dataDir } : { url, ...(directUrl && { directUrl }) });
  const replica = readUrl === undefined ? undefined : await openDatabase({ url: readUrl });
  const broker = await createBroker({
    db,
    ...(replica && { replica }),
    publicUrl: config.publicUrl,
    logger,
    offline: config.offline,
    ...(config.secretKey && { secretKey: config.secretKey }),
    indexAdviser: config.indexAdviser,
    temporalPageSize: config.temporalPageSize,
    sourceTimeoutMs: config.sourceTimeoutMs,
    snapshotDays: config.snapshotDays,
    historyStorage: config.historyStorage,
    recordsHistory: config.recordsHistory,
    territory: config.territory,
    corsOrigins: config.corsOrigins,
    proxies: config.proxies,
    access: config.access,
    outgoing: config.outgoing,
    issuers: config.issuers,
    audiences: config.audiences,
    onFirstKey: (key) => console.log(`The key of an administrator, shown this once: ${key}`),
    ...(config.tls && { tls: config.tls }),
  });
  if (config.access === 'open' && !isForThisMachine(config.host, config.publicUrl))
    logger.warn(`ACCESS=open: whoever reaches ${config.publicUrl} may read and write everything`);
  const stop = async () => {
    await broker.drain(config.drainMs);
    await broker.close();
    await replica?.close();
    await db.close();
    if (worker !== undefined) process.exit(); // else the channel to its primary keeps it
  };
  // Ctrl+C reaches all processes of a terminal; workers wait for the word of the one that started them.
  if (worker === undefined) process.once('SIGINT', stop);
  else process.on('SIGINT', () => {});
  process.once('SIGTERM', stop);
  await broker.app.listen({ host: config.host, port: config.port, ...ownListening() });
  if (worker !== undefined) tellReady(undefined);
  logger.info(`NGSI-LD API at ${config.publicUrl}/ngsi-ld/v1, database ${db.kind}`);
}

const STOP_WITHIN_MS = 15_000;

/** Runs the broker in several processes. Resolves to the exit code. */
function supervise({ workers, drainMs, logLevel, publicUrl }: BrokerConfig): Promise<number> {
  const logger = pino({ level: logLevel });
  return superviseWorkers({
    count: workers,
    say: (text) => logger.warn(text),
    onUp: () => logger.info(`${workers} processes serve ${publicUrl}/ngsi-ld/v1`),
    stopWithinMs: STOP_WITHIN_MS + drainMs,
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
