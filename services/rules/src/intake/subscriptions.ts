import { createHash } from 'node:crypto';
import type { Database } from '@alzette/kit/database';
import { ofAllTenants } from '@alzette/kit/each-tenant';
import type { ServiceContext } from '@alzette/kit/service';
import { type NgsiLdClient, NgsiLdClientError, putSubscription, queryPages } from '@alzette/ngsi-ld-schemas';
import type { Logger } from 'pino';
import type { RuleSet, ScopedRules } from '../engine/rule-set.ts';
import type { Subscriptions, TenantRules } from '../engine/subscriptions-port.ts';
import { entitiesInScope } from '../store/entity-rows.ts';
import { type NotifiedEntity, putInInbox } from '../store/inbox-rows.ts';
import { NOTIFY_HEADER } from './notify-secret.ts';
import { geoQueryOf, scopeQueryOf } from './scope-query.ts';

interface SubscriptionsParts {
  readonly db: Database;
  readonly client: NgsiLdClient;
  readonly context: string;
  /** The URL for notifications; the scope is appended. */
  readonly notifyUrl: string;
  readonly secret: string;
  readonly whenDelivered: ServiceContext['whenDelivered'];
  readonly logger: Logger;
}

interface SubscriptionRow {
  readonly tenant: string;
  readonly id: string;
  readonly scope: string;
  readonly shape: string;
  readonly evaluation: string;
  readonly is_synced: boolean;
}

const COLUMNS = 'tenant, id, scope, shape, evaluation, is_synced';
const SELECT = `SELECT ${COLUMNS} FROM rules.subscription /* all tenants: compared with all rules */`;
const SELECT_OF_TENANT = `SELECT ${COLUMNS} FROM rules.subscription WHERE tenant = $1`;
const PUT = `
  INSERT INTO rules.subscription (tenant, id, scope, shape, evaluation) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (tenant, id) DO UPDATE SET shape = excluded.shape, evaluation = excluded.evaluation, is_synced = false`;
const SYNCED = `UPDATE rules.subscription SET is_synced = true WHERE tenant = $1 AND id = $2`;
const DELETE = `DELETE FROM rules.subscription WHERE tenant = $1 AND id = $2`;

interface Wanted {
  readonly tenants: TenantRules;
  readonly unread: ReadonlySet<string>;
}

/** A subscription whose scope has to be read. */
interface Unsettled {
  readonly tenant: string;
  readonly id: string;
  readonly scoped: ScopedRules;
}

const PAGE = 500;
const IDS_AT_ONCE = 50;
const RETRY_MS = 5000;
const WRITES_END_MS = 2000;
/** Longer than another process needs to take over what a dead one owes. */
const IN_STEP_WITHIN_MS = 60_000;

// Longer than 80 lines: short functions that share the state at its top.
export function createSubscriptions(parts: SubscriptionsParts): Subscriptions {
  const { db, client, context, notifyUrl, secret, whenDelivered, logger } = parts;
  let running: Promise<void> | undefined;
  let next: Wanted | undefined;
  let timer: NodeJS.Timeout | undefined;
  let wakeUp: () => void = () => {};
  let isStopped = false;
  let lastRead: Promise<unknown> = Promise.resolve();
  const stopping = new AbortController();

  /** Reads one scope after the other, because many would take all connections. */
  const inTurn = (read: () => Promise<unknown>): Promise<unknown> => {
    const own = lastRead.then(read);
    lastRead = own.catch(() => {});
    return own;
  };

  /** Does the work of a tenant; its failure does not keep the work of others back. @returns whether it succeeded */
  const alone = async (tenant: string, work: () => Promise<void>): Promise<boolean> => {
    try {
      await work();
      return true;
    } catch (error) {
      logger.warn({ err: error, tenant }, 'could not update the subscriptions of rules; will retry');
      return false;
    }
  };

  /** @returns whether all tenants succeeded */
  const settleOnce = async ({ tenants, unread }: Wanted): Promise<boolean> => {
    const ofTenant = (tenant: string) => ({ text: SELECT_OF_TENANT, values: [tenant] });
    const rows = await ofAllTenants<SubscriptionRow>(db, { text: SELECT }, ofTenant);
    const known = new Map(rows.map((row) => [`${row.tenant} ${row.id}`, row]));
    const unsettled: Unsettled[] = [];
    let areAllDone = true;
    for (const [tenant, { rules }] of tenants) {
      areAllDone = (await alone(tenant, () => subscribeTenant(tenant, rules, known, unsettled))) && areAllDone;
    }
    // Old subscriptions are deleted only after the new ones exist, so that nothing is missed; duplicates have no
    // effect.
    const failed = new Set(unread);
    for (const { tenant, id } of known.values()) {
      if (failed.has(tenant)) continue;
      const isDone = await alone(tenant, async () => {
        await client.deleteSubscription(id, { tenant }).catch(unlessAbsent);
        await db.query({ text: DELETE, values: [tenant, id] });
      });
      if (isDone) continue;
      failed.add(tenant);
      areAllDone = false;
    }
    return (await readUnsettled(unsettled)) && areAllDone;
  };

  /** Takes the subscriptions that it needs out of those that are known. */
  const subscribeTenant = async (
    tenant: string,
    rules: RuleSet,
    known: Map<string, SubscriptionRow>,
    unsettled: Unsettled[],
  ): Promise<void> => {
    const wanted = [...rules.scopes.values()].map((scoped) => {
      const id = subscriptionId(scoped.key, notifyUrl, secret);
      const row = known.get(`${tenant} ${id}`);
      known.delete(`${tenant} ${id}`);
      return { scoped, id, row };
    });
    for (const { scoped, id, row } of wanted) {
      const shape = shapeOf(scoped);
      const evaluation = rules.evaluationOf(scoped);
      if (row?.shape !== shape) await subscribe(tenant, id, scoped);
      const isKnown = row?.shape === shape && row.evaluation === evaluation;
      if (!isKnown) await db.query({ text: PUT, values: [tenant, id, scoped.key, shape, evaluation] });
      if ((isKnown && row.is_synced) || isStopped) continue;
      unsettled.push({ tenant, id, scoped });
    }
  };

  const readUnsettled = async (unsettled: readonly Unsettled[]): Promise<boolean> => {
    if (unsettled.length === 0) return true;
    // Waits for concurrent writes, which may be neither notified nor found by the query.
    await pausing(WRITES_END_MS);
    let areAllDone = true;
    const read = async ({ tenant, id, scoped }: Unsettled) => {
      // Earlier values first: otherwise an alarm would be raised from a present value, and withdrawn when they are told.
      const isInStep = await whenDelivered(tenant, id, IN_STEP_WITHIN_MS, stopping.signal);
      if (isStopped) return;
      if (!isInStep)
        logger.warn({ tenant, subscription: id }, 'reads the scope of a rule although notifications are owed');
      await inTurn(() => readScope(tenant, scoped));
      if (!isStopped) await db.query({ text: SYNCED, values: [tenant, id] });
    };
    const readAlone = async (one: Unsettled) => {
      areAllDone = (await alone(one.tenant, () => read(one))) && areAllDone;
    };
    await Promise.all(unsettled.map(readAlone));
    return areAllDone;
  };

  const pausing = (ms: number) =>
    new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms);
      wakeUp = resolve;
    });

  const subscribe = async (tenant: string, id: string, scoped: ScopedRules): Promise<void> => {
    const uri = `${notifyUrl}/${scoped.key}?tenant=${encodeURIComponent(tenant)}`;
    const subscription = subscriptionOf(id, scoped, uri, secret, context);
    await putSubscription(client, subscription, { tenant, context });
  };

  const readScope = async (tenant: string, { key, scope, watched, carried }: ScopedRules): Promise<Set<string>> => {
    const seen = new Set<string>();
    const pick = ['id', 'type', 'scope', ...watched, ...carried];
    const query = { ...scopeQueryOf(scope), pick, sysAttrs: true, limit: PAGE, tenant, context };
    for await (const entities of queryPages(client, query)) {
      const inboxRows = entities.map((entity): NotifiedEntity => {
        seen.add(entity.id);
        return { scope: key, entityId: entity.id, entity: JSON.stringify(entity), isRead: true };
      });
      await putInInbox(db, tenant, inboxRows);
      if (isStopped) break;
    }
    return seen;
  };

  /** The ids that really left the scope: pages shift while entities are created and deleted. */
  const missingOf = async (tenant: string, { scope }: ScopedRules, ids: readonly string[]): Promise<string[]> => {
    const missing: string[] = [];
    for (let at = 0; at < ids.length; at += IDS_AT_ONCE) {
      const some = ids.slice(at, at + IDS_AT_ONCE);
      const asked = { ...scopeQueryOf(scope), id: some, pick: ['id'], limit: IDS_AT_ONCE, tenant, context };
      const { entities } = await client.queryEntities(asked);
      const found = new Set(entities.map(({ id }) => id));
      missing.push(...some.filter((id) => !found.has(id)));
    }
    return missing;
  };

  /** For the rules of a scope, an entity that no longer matches it counts as deleted. */
  const readAndCompare = async (tenant: string, scoped: ScopedRules): Promise<void> => {
    const before = await entitiesInScope(db, tenant, scoped.key);
    const seen = await readScope(tenant, scoped);
    if (isStopped) return;
    const missingIds = await missingOf(
      tenant,
      scoped,
      before.filter((id) => !seen.has(id)),
    );
    const deletedAt = new Date().toISOString();
    await putInInbox(
      db,
      tenant,
      missingIds.map((id) => {
        const entity = JSON.stringify({ id, type: scoped.scope.types[0], deletedAt });
        return { scope: scoped.key, entityId: id, entity, isRead: true };
      }),
    );
  };

  const run = async (): Promise<void> => {
    while (next !== undefined && !isStopped) {
      const wanted = next;
      next = undefined;
      const isDone = await settleOnce(wanted).catch((error: unknown) => {
        logger.warn({ err: error }, 'could not read the subscriptions of rules; will retry');
        return false;
      });
      if (isDone || isStopped) continue;
      next ??= wanted;
      await pausing(RETRY_MS);
    }
  };

  return {
    async settle(tenants, unread) {
      next = { tenants, unread };
      running ??= run().finally(() => {
        running = undefined;
      });
      await running;
    },
    async readAll(tenants) {
      const failed: string[] = [];
      for (const [tenant, { rules }] of tenants) {
        const isDone = await alone(tenant, async () => {
          for (const scoped of rules.scopes.values()) await readAndCompare(tenant, scoped);
        });
        if (!isDone) failed.push(tenant);
      }
      if (failed.length > 0) throw new Error(`The entities of ${failed.length} tenants could not be read again`);
    },
    async stop() {
      isStopped = true;
      stopping.abort();
      clearTimeout(timer);
      wakeUp();
      await running;
    },
  };
}

/** One for each entity selection and receiver. */
function subscriptionId(scope: string, url: string, secret: string): string {
  return `urn:ngsi-ld:Subscription:rules-${hashOf([scope, url, secret]).slice(0, 24)}`;
}

/** Differs if the subscription must be changed. */
function shapeOf({ watched, carried, rules }: ScopedRules): string {
  return hashOf([watched, carried, rules.map(({ id }) => id)]).slice(0, 24);
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}

function subscriptionOf(
  id: string,
  { scope: { types, q, scopeQ, area }, watched, carried, rules }: ScopedRules,
  uri: string,
  secret: string,
  context: string,
): { readonly id: string } & Record<string, unknown> {
  return {
    id,
    type: 'Subscription',
    description: `Rules: ${rules.map((rule) => rule.id).join(', ')}`.slice(0, 500),
    entities: types.map((type) => ({ type })),
    ...(watched.length > 0 && { watchedAttributes: watched }),
    notificationTrigger: ['entityCreated', 'entityDeleted', 'attributeCreated', 'attributeUpdated', 'attributeDeleted'],
    ...(q !== undefined && { q }),
    ...(scopeQ !== undefined && { scopeQ }),
    ...(area !== undefined && { geoQ: geoQueryOf(area) }),
    notification: {
      format: 'normalized',
      sysAttrs: true,
      pick: ['id', 'type', 'scope', ...watched, ...carried],
      endpoint: { uri, accept: 'application/json', receiverInfo: [{ key: NOTIFY_HEADER, value: secret }] },
    },
    jsonldContext: context,
  };
}

function unlessAbsent(error: unknown): void {
  if (!(error instanceof NgsiLdClientError) || error.status !== 404) throw error;
}
