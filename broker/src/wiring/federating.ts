import type { CacheUse } from '@alzette/kit/caches';
import type { Agent } from 'undici';
import { areLimited } from '../access/caller.ts';
import type { CallCounts } from '../federation/calls/call-counts.ts';
import { Federation } from '../federation/calls/federation.ts';
import { SourceClient } from '../federation/calls/source-client.ts';
import { sourceAliases } from '../federation/calls/via.ts';
import { SourceCopies } from '../federation/copies/source-copies.ts';
import { createSourceCopyStore, type SourceCopyStore } from '../federation/copies/source-copy-store.ts';
import { forwardedHeaders } from '../federation/registrations/forwarded-headers.ts';
import { createRegistrationStore } from '../federation/registrations/registration-store.ts';
import { createRegistrations, type Registrations } from '../federation/registrations/registrations.ts';
import { SourceSubscriptions } from '../federation/source-subscriptions/source-subscriptions.ts';
import { REMOTE_NOTIFY } from '../http/routes/remote-notify-routes.ts';
import { DELIVERY_SETTINGS } from '../notifications/settings.ts';
import type { BrokerOptions } from '../options.ts';
import { allowedUrl, outgoingAgent } from '../outgoing/outgoing-url.ts';
import { createSubscriptionStore } from '../subscriptions/subscription-store.ts';
import type { Foundation } from './foundation.ts';
import type { RightsArea } from './rights.ts';
import type { SubscribingArea } from './subscribing.ts';

/** Context sources: registrations, requests to sources, and subscriptions about them and at them. */
export interface FederatingArea {
  readonly registrations: Registrations;
  readonly federation: Federation;
  /** The name of the broker in `Via`, by tenant. */
  readonly aliasOf: (tenant: string) => string;
  /** The outcomes of requests to sources. */
  readonly calls: CallCounts;
  /** Memory used by cached answers of sources. */
  answerCache(): CacheUse;
  /** Connections to sources. */
  readonly agent: Agent;
  /** Subscriptions to registrations (5.11). */
  readonly sourceSubscriptions: SourceSubscriptions;
  /** Copies of subscriptions at sources. */
  readonly copies: SourceCopies;
  readonly copyStore: SourceCopyStore;
}

const SOURCE_TIMEOUT_MS = 5_000;
/** Connections to one source: enough to keep it busy, few enough if it hangs. */
const SOURCE_CONNECTIONS = 32;

export async function openFederating(
  foundation: Foundation,
  rights: RightsArea,
  { subscriptions, outbox }: SubscribingArea,
  options: BrokerOptions,
): Promise<FederatingArea> {
  const { db, nodes, log, outgoing, peers, changeBarrier, contexts, quotas, secrets } = foundation;
  const registrations = await createRegistrations(
    createRegistrationStore(db, peers.name, { admission: quotas, nodes }),
    secrets,
    log,
    changeBarrier,
  );
  const sourceSubscriptions = new SourceSubscriptions({
    store: createSubscriptionStore(db, peers.name, 'source', { admission: quotas, nodes }),
    registrations,
    outbox,
    secrets,
    log,
    changeBarrier,
  });
  // Not by the name of the process, which embedded databases of different installations have in common.
  const aliasOf = sourceAliases(options.instance ?? options.publicUrl);
  const agent = outgoingAgent(outgoing, { connections: SOURCE_CONNECTIONS });
  const client = new SourceClient({
    agent,
    refusal: async (url) => {
      const verdict = await allowedUrl(url.href, outgoing);
      return verdict.allowed ? undefined : verdict.reason;
    },
    contexts,
    registrations,
    aliasOf,
    timeoutMs: options.sourceTimeoutMs ?? SOURCE_TIMEOUT_MS,
    forwarded: forwardedHeaders(options.forwardedHeaders),
  });
  const copyStore = createSourceCopyStore(db, peers.name);
  const { firstPauseMs, longestPauseMs, sweepMs } = { ...DELIVERY_SETTINGS, ...options.delivery };
  const copies = new SourceCopies({
    store: copyStore,
    subscriptions,
    registrations,
    client,
    contexts,
    secrets,
    receiver: `${options.publicUrl}${REMOTE_NOTIFY}`,
    becomeMaintainer: () => db.lockName('copies of subscriptions'),
    mayAskSources: ({ owner, tenant }) => owner === undefined || !areLimited(rights.grantOf(owner, tenant)),
    firstPauseMs,
    longestPauseMs,
    sweepMs,
    log,
  });
  const federation = new Federation(registrations.index, client, aliasOf);
  const answerCache = () => client.cacheUse;
  const area = { registrations, federation, aliasOf, agent, sourceSubscriptions, copies, copyStore };
  return { ...area, calls: client.counts, answerCache };
}
