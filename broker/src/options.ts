import type { NgsiLdClient } from '@alzette/ngsi-ld-schemas/client';
import type { Box } from '@alzette/ngsi-ld-schemas/validation';
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest } from 'fastify';
import type { Agent } from 'undici';
import type { AuditStore } from './access/audit.ts';
import type { EntityPlan } from './access/entity-plan.ts';
import type { Contexts } from './context/contexts.ts';
import type { Database } from './database/database.ts';
import type { Secrets } from './database/secrets.ts';
import type { AdviserMode } from './entities/read/indexes/index-adviser.ts';
import type { AnalysisAnswer } from './history/analysis/analysis.ts';
import type { HistoryStorage } from './history/tables/history-storage.ts';
import type { TlsFiles } from './http/server/app.ts';
import type { DeliverySettings } from './notifications/settings.ts';
import type { OutgoingVerdict } from './outgoing/outgoing-url.ts';

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
  /** Issuers whose roles, groups and organisations count for policies that name no issuer, beside the first one's. */
  readonly roleIssuers?: readonly string[];
  /** Who tokens must be for. Default: the public URL. */
  readonly audiences?: readonly string[];
  /** Told the key of an administrator that is made when access is enforced and there is neither key nor issuer. */
  readonly onFirstKey?: (key: string) => void;
  readonly tls?: TlsFiles;
  /** To wait for a context source whose registration names no timeout. Default 5,000. */
  readonly sourceTimeoutMs?: number;
  /** Headers of clients' requests that registrations may have forwarded to sources, beside those of docs/federation.md. */
  readonly forwardedHeaders?: readonly string[];
  /** How long one statement of PostgreSQL may take to read entities or history for a request, in ms. Default 30,000. */
  readonly readTimeoutMs?: number;
  /** How long a write may take, its wait for a turn included, in ms. Default 10,000. */
  readonly writeTimeoutMs?: number;
  /** The port that its routes are listened for on, where that is known. */
  readonly port?: number;
  /** Whether subscriptions may notify the broker's own API. Default false. */
  readonly ownApiEndpoints?: boolean;
  /** URL of the @context of requests that bring none, for tenants that name no other. Default: the core @context. */
  readonly defaultContext?: string;
  /** Whether what older stacks do is forgiven, for tenants that say nothing else. Default false. */
  readonly lenient?: boolean;
  /** Most days that a snapshot may live. Default 30. */
  readonly snapshotDays?: number;
}

export interface Broker {
  /** Its routes are registered; whoever made the broker adds its own and listens. */
  readonly app: FastifyInstance;
  readonly db: Database;
  /** The same operations without the HTTP between, and without regard to rights: for what the product does of itself. */
  readonly client: NgsiLdClient;
  /** The same, held to the rights of who sends a request, in each tenant to their rights there. */
  clientOf(request: FastifyRequest): NgsiLdClient;
  /** Whether who sends a request may write all of an entity in the request's tenant; no such entity need exist. */
  mayWrite(request: FastifyRequest, entity: EntityPlan): boolean;
  /** The same for reading it. */
  mayRead(request: FastifyRequest, entity: EntityPlan): boolean;
  /**
   * Many entities grouped and summed up, without regard to rights. @param body as `POST /territory/analysis` takes it
   *
   * @throws NgsiLdError BadRequestData
   */
  analyse(tenant: string, body: object, contextUrl: string): Promise<AnalysisAnswer>;
  /** What services beside the broker have to tell of sign-ins and acts of administration. */
  readonly audit: AuditStore;
  /** From names of documents to IRIs, for services beside the broker. */
  readonly contexts: Contexts;
  /** Encrypts what must not be read in the database, for services beside the broker. */
  readonly secrets: Secrets;
  /** How services beside the broker reach URLs that users gave. */
  readonly outgoing: Outgoing;
  /** Refuses from now on, in every process, the tokens that a subject of an issuer (default: the first) was given before. */
  revokeTokens(subject: string, before: Date, issuer?: string): Promise<void>;
  /** What Prometheus reads: its text format. */
  metrics(): Promise<string>;
  /** Tells load balancers that this process is about to end, and serves for so long yet those who are connected. */
  drain(forMs?: number): Promise<void>;
  /** How many requests have no whole answer yet. */
  unanswered(): number;
  /** Finishes what is under way. The database stays open: it belongs to whoever opened it. */
  close(): Promise<void>;
}

/** The guard on URLs given by users: asked before dialling, and by the dispatcher again while dialling. */
export interface Outgoing {
  check(url: string, protocols?: readonly string[]): Promise<OutgoingVerdict>;
  readonly dispatcher: Agent;
}
