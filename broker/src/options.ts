import type { OutageReporter } from '@alzette/kit/outages';
import type { NgsiLdClient } from '@alzette/ngsi-ld-schemas/client';
import type { Box } from '@alzette/ngsi-ld-schemas/validation';
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest } from 'fastify';
import type { Agent } from 'undici';
import type { AuditStore } from './access/audit.ts';
import type { AuditIntents } from './access/audit-intents.ts';
import type { EntityPlan } from './access/entity-plan.ts';
import type { Grant } from './access/grant.ts';
import type { Policy } from './access/policy.ts';
import type { Principal } from './access/principal.ts';
import type { Published } from './access/published.ts';
import type { Contexts } from './context/contexts.ts';
import type { Database } from './database/database.ts';
import type { ReplicaDatabase } from './database/open-database.ts';
import type { Secrets } from './database/secrets.ts';
import type { WriteGate } from './entities/write-lane/write-gates.ts';
import type { AnalysisAnswer } from './history/analysis/analysis.ts';
import type { HistoryStorage } from './history/tables/history-storage.ts';
import type { Door } from './http/requests/door.ts';
import type { TlsFiles } from './http/server/app.ts';
import type { AdviserMode } from './indexes/index-adviser.ts';
import type { DeliverySettings } from './notifications/settings.ts';
import type { OutgoingVerdict } from './outgoing/outgoing-url.ts';
import type { TenantQuotas } from './tenants/quotas/quota.ts';
import type { TenantUsage } from './tenants/quotas/tenant-usage.ts';

/** What somebody may do at present. */
export interface PresentRights {
  /** Null: access control is off. */
  readonly access: { readonly principal: Principal; readonly grant: Grant } | null;
  may(action: 'read' | 'write', entity: EntityPlan, attributes?: readonly string[]): boolean;
  mayAny(action: 'read' | 'write', type: string): boolean;
  refused(
    action: 'read' | 'write',
    ids: readonly string[],
    attributes?: readonly string[],
  ): Promise<ReadonlySet<string>>;
}

export interface BrokerOptions {
  readonly db: Database;
  /** Its streaming replicas. One answers a read if it has everything that the client has written. */
  readonly replicas?: readonly ReplicaDatabase[];
  /** The longest time that a replica that answers may lag behind, in ms. Default 10,000. */
  readonly replicaLagMs?: number;
  /** Where others reach us, e.g. `https://data.example.org`: links in answers start with it. */
  readonly publicUrl: string;
  readonly logger?: FastifyBaseLogger;
  /** Reports outages of the database for the whole process; absent: to the logger, for the broker alone. */
  readonly outages?: OutageReporter;
  /** Where URLs given by users may lead: anywhere, to public addresses, or also to these networks. Default `open`. */
  readonly outgoing?: 'open' | 'public-only' | readonly string[];
  /** Never fetch remote @contexts. Default false. */
  readonly offline?: boolean;
  /**
   * The name of this process among those on the database. It must stay the same after a restart, because the process
   * finds its pending notifications by it. A second process with the same name gets a number appended. Default: the
   * public URL.
   */
  readonly instance?: string;
  /** Encrypts the secrets of subscriptions; absent: a key stored in the database is used. */
  readonly secretKey?: string;
  /** The territory, for validation of positions with swapped coordinates. Default: the Pays-Haut Val d'Alzette. */
  readonly territory?: Box;
  /** Settings of delivery that differ from `DELIVERY_SETTINGS`. */
  readonly delivery?: Partial<DeliverySettings>;
  /** Whether indexes for frequently queried attributes are created automatically. Default `auto`. */
  readonly indexAdviser?: AdviserMode;
  /** Origins whose pages may use the API from a browser; `*`: any. Default: only the broker's own. */
  readonly corsOrigins?: readonly string[];
  /** Addresses and networks (CIDR) of proxies whose X-Forwarded-For is trusted. Default: none. */
  readonly proxies?: readonly string[];
  /**
   * The most attribute instances of one entity in a temporal answer; more are cut off with 206. Default 32, or up to 1,000
   * for `lastN` of named attributes.
   */
  readonly temporalPageSize?: number;
  /** How the history is stored. Default `auto`. */
  readonly historyStorage?: HistoryStorage;
  /** Whether changes of entities are recorded in the history. Default true. */
  readonly recordsHistory?: boolean;
  /** How often to look for expired entities. Default 10,000. */
  readonly expiryEveryMs?: number;
  /** Default `open`: anyone who reaches the broker may do everything. */
  readonly access?: 'open' | 'enforced';
  /** The tenants that strangers may see by routes that require nothing; '' is the default tenant, `*` all. Default: ''. */
  readonly publicTenants?: readonly string[];
  /** What the hosts mean to which requests come. Absent: nothing. */
  readonly door?: Door;
  /** Issuers of accepted tokens (OpenID Connect). Default: none. */
  readonly issuers?: readonly string[];
  /**
   * Issuers, in addition to the first, whose roles, groups and organisations are used by policies that name no issuer.
   */
  readonly roleIssuers?: readonly string[];
  /** Accepted token audiences. Default: the public URL. */
  readonly audiences?: readonly string[];
  /**
   * Called with the administrator key that is created if access control is enabled and there is neither a key nor an
   * issuer.
   */
  readonly onFirstKey?: (key: string) => void;
  readonly tls?: TlsFiles;
  /** The timeout for context sources whose registration has none. Default 5,000. */
  readonly sourceTimeoutMs?: number;
  /** Additional client request headers that registrations may have forwarded to sources; see docs/federation.md. */
  readonly forwardedHeaders?: readonly string[];
  /** The timeout of a statement that reads entities or history for a request, in ms. Default 30,000. */
  readonly readTimeoutMs?: number;
  /** The timeout of a write including its time in the queue, in ms. Default 10,000. */
  readonly writeTimeoutMs?: number;
  /** The port on which the broker listens, if known. */
  readonly port?: number;
  /** Whether subscriptions may send notifications to the broker's own API. Default false. */
  readonly ownApiEndpoints?: boolean;
  /** The @context URL for requests without one, for tenants with no other setting. Default: the core @context. */
  readonly defaultContext?: string;
  /** Whether deviations of older clients are tolerated, for tenants with no other setting. Default false. */
  readonly lenient?: boolean;
  /** The maximum lifetime of a snapshot in days. Default 30. */
  readonly snapshotDays?: number;
}

export interface Broker {
  /** The broker's routes are registered; the code that created the broker adds its own and starts listening. */
  readonly app: FastifyInstance;
  readonly db: Database;
  /** The same operations without HTTP and without access control, for actions of the product itself. */
  readonly client: NgsiLdClient;
  /** The same with the rights of the principal who sends a request, separately for each tenant. */
  clientOf(request: FastifyRequest): NgsiLdClient;
  /** The same with the right to read what is published, and no other, whatever the policies are. */
  publicClient(published: readonly Published[], contextUrl: string): NgsiLdClient;
  /** The sender of a request as JSON, for work that is done later in their name. Null: access control is off. */
  authorOf(request: FastifyRequest): object | null;
  /**
   * A client with the current rights of who was the sender of an earlier request, for each tenant separately.
   *
   * @param author a result of `authorOf`
   * @param how `isAdmitted`: write gates let everything pass
   */
  clientAs(author: object | null, how?: { readonly isAdmitted?: boolean }): NgsiLdClient;
  /** Judges what callers write to certain attributes from now on, beside their rights. */
  addWriteGate(gate: WriteGate): void;
  /**
   * Whether the sender of a request may write an entity in the request's tenant. The entity need not exist.
   *
   * @param attributes the IRIs of the attributes that they must be allowed to write; default: all
   */
  mayWrite(request: FastifyRequest, entity: EntityPlan, attributes?: readonly string[]): boolean;
  /** The same for proposing a change of it. */
  mayPropose(request: FastifyRequest, entity: EntityPlan): boolean;
  /** The same for reading. */
  mayRead(request: FastifyRequest, entity: EntityPlan, attributes?: readonly string[]): boolean;
  /** Whether the sender may read or write some entities of a type, given as IRI, whatever their ids and scopes. */
  mayAny(request: FastifyRequest, action: 'read' | 'write', type: string): boolean;
  /** Those of these entities that the sender may not read or write, or that do not exist. */
  refused(
    request: FastifyRequest,
    action: 'read' | 'write',
    ids: readonly string[],
    attributes?: readonly string[],
  ): Promise<ReadonlySet<string>>;
  /** What who was the sender of an earlier request may do now. @param author a result of `authorOf` */
  rightsOf(author: object | null, tenant: string): PresentRights;
  /** The same for who was the sender of an earlier request, with their present rights. @param author by `authorOf` */
  refusedTo(
    author: object | null,
    tenant: string,
    action: 'read' | 'write',
    ids: readonly string[],
    attributes?: readonly string[],
  ): Promise<ReadonlySet<string>>;
  /**
   * Waits until the notifications that a subscription is owed now have been delivered, also those of processes that died.
   *
   * @param signal ends it early
   *
   * @returns false: some are still owed after this time
   */
  whenDelivered(tenant: string, subscription: string, withinMs: number, signal: AbortSignal): Promise<boolean>;
  /**
   * Groups and aggregates entities, without access control.
   *
   * @param body as in `POST /territory/analysis`
   *
   * @throws NgsiLdError BadRequestData
   */
  analyse(tenant: string, body: object, contextUrl: string): Promise<AnalysisAnswer>;
  /** URL of the tenant's own @context for requests without one, if it has one; '' is the core @context. */
  ownContextOf(tenant: string): string | undefined;
  /** Services record sign-ins and administrative actions here. */
  readonly audit: AuditStore & Pick<AuditIntents, 'begin' | 'during'>;
  /** Expands the names in documents, for services in the same process. */
  readonly contexts: Contexts;
  /** Encrypts texts stored in the database, for services in the same process. */
  readonly secrets: Secrets;
  /** HTTP access to URLs given by users, for services in the same process. */
  readonly outgoing: Outgoing;
  /** What tenants use of what they share, for services in the same process. */
  readonly shares: Pick<TenantUsage, 'take' | 'add' | 'usedUpUntil'> & {
    /** The quota of a tenant's files in bytes. */
    mostFileBytes(tenant: string): number | undefined;
  };
  /** Saves a policy of the product itself, or removes it: `undefined`. Resolves when it holds in this process. */
  keepPolicy(id: string, policy: Policy | undefined): Promise<void>;
  /**
   * Makes an API key of the product itself, unless its client has that many valid ones; then undefined. It is shown once.
   *
   * @param document as of `POST /ops/access/keys`, with a client
   */
  makeKey(document: object, most: number): Promise<string | undefined>;
  /** The tenant exists, with these quotas. True: it is new. */
  keepTenant(tenant: string, quotas: TenantQuotas): Promise<boolean>;
  /** Deletes all data of a tenant that the broker has. */
  emptyTenant(tenant: string): Promise<void>;
  /** Revokes, in every process, the tokens issued to a subject of an issuer (default: the first) before a time. */
  revokeTokens(subject: string, before: Date, issuer?: string): Promise<void>;
  /** Requests that wait until all processes have applied a change, wait for this work, too. */
  trackChange(work: Promise<unknown>): void;
  /** Metrics in the text format of Prometheus. */
  metrics(): Promise<string>;
  /** Tells load balancers that this process is shutting down, and serves connected clients for the given time. */
  drain(forMs?: number): Promise<void>;
  /** The number of requests without a complete answer. */
  unanswered(): number;
  /** Completes work in progress. The database stays open: closing it is up to the code that opened it. */
  close(): Promise<void>;
}

/** Checks URLs given by users before connecting; the dispatcher checks again when connecting. */
export interface Outgoing {
  check(url: string, protocols?: readonly string[]): Promise<OutgoingVerdict>;
  readonly dispatcher: Agent;
}
