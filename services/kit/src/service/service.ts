import type { NgsiLdClient } from '@alzette/ngsi-ld-schemas/client';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Agent } from 'undici';
import type { Caller } from '../access/access.ts';
import type { Database } from '../database/database.ts';
import type { Jobs } from '../jobs/definitions.ts';
import type { Mail } from '../mail/mail.ts';
import type { Metrics } from '../metrics/metrics.ts';

/** How a service is written. */
export interface ServiceDefinition {
  /** As its folder and its schema in the database, e.g. `alarms`. */
  readonly name: string;
  /** Numbered SQL, applied before it starts. */
  readonly migrations?: URL;
  /** Registers routes and defines jobs. Requests come and jobs run once all services have started. */
  start(given: ServiceContext): Promise<RunningService>;
}

export interface RunningService {
  /**
   * Puts its part of the demo territory, once requests are served, in one process of the fleet. It finds what an earlier
   * start has put. Resolves to what ends it, if it goes on.
   */
  demo?(demo: DemoContext): Promise<(() => Promise<void>) | void>;
  /** Finishes what was begun. */
  stop(): Promise<void>;
}

export interface DemoContext {
  /** '' is the default tenant. */
  readonly tenant: string;
  readonly client: NgsiLdClient;
  readonly logger: Logger;
}

/** What a service is given. */
export interface ServiceContext {
  readonly db: Database;
  /** Gets the routes of the service; not yet listening. */
  readonly app: FastifyInstance;
  /** With the rights of the product itself: every tenant, everything. */
  readonly client: NgsiLdClient;
  /** With the rights of who sends the request. */
  clientOf(request: FastifyRequest): NgsiLdClient;
  /** Who sends the request. @throws Error: its route needs `nothing` */
  callerOf(request: FastifyRequest): Caller;
  /** Whether who sends the request may write such an entity: for what a service keeps in tables of its own. */
  mayWrite(request: FastifyRequest, entity: EntityPlan): boolean;
  /** The same for reading it. */
  mayRead(request: FastifyRequest, entity: EntityPlan): boolean;
  readonly logger: Logger;
  /** How browsers and other brokers reach us; no slash at its end. */
  readonly publicUrl: string;
  /** The URL of the territory's @context. */
  readonly context: string;
  readonly access: 'open' | 'enforced';
  readonly secrets: Secrets;
  readonly outgoing: Outgoing;
  /** Absent: no mail server is configured. */
  readonly mail: Mail | undefined;
  readonly audit: Audit;
  readonly jobs: Jobs;
  readonly analyse: Analyse;
  readonly metrics: Metrics;
  readonly territory: TerritoryInfo;
  /** Of several processes that share a port one has the MQTT broker, the devices and the demo. Jobs run once anyhow. */
  readonly isFirstWorker: boolean;
}

/**
 * Many entities grouped and summed up, with the rights of the product itself.
 *
 * @param question the body of `POST /territory/analysis`, its names terms of the territory's @context
 */
export type Analyse = (tenant: string, question: object) => Promise<AnalysisRows>;

export interface AnalysisRows {
  readonly rows: readonly {
    readonly keys: readonly (string | null)[];
    /** The beginning of a step, ISO 8601; null: of all of the period, or of now. */
    readonly at: string | null;
    readonly value: number | null;
    readonly count: number;
  }[];
  readonly isCut: boolean;
}

/** An entity that somebody would write: its types as IRIs, its scopes such as `/Villerupt`. */
export interface EntityPlan {
  readonly id: string;
  readonly types: readonly string[];
  readonly scopes?: readonly string[];
}

/** Where acts are written down for ever: so without what names a person, but by the id of their account. */
export interface Audit {
  append(act: AuditedAct): Promise<void>;
}

interface AuditedAct {
  /** As `actor` of `@alzette/kit/access` names who acts. */
  readonly actor: string;
  /** Such as `alarm.acknowledge`. */
  readonly action: string;
  /** What it was done to. */
  readonly object: string;
  readonly tenant: string;
  readonly outcome: 'done' | 'refused' | 'failed';
  /** JSON without secrets. */
  readonly details: object;
}

/** Encrypts what must not be read in the database. */
export interface Secrets {
  /** @param owner what the text belongs to: it can be opened for the same owner only */
  seal(text: string, owner: string): string;
  /** @throws Error: it was sealed by another key or for another owner */
  open(sealed: string, owner: string): string;
}

/** The guard on URLs that users give: asked before dialling, and by the dispatcher again while dialling. */
export interface Outgoing {
  check(url: string, protocols?: readonly string[]): Promise<OutgoingVerdict>;
  readonly dispatcher: Agent;
}

export type OutgoingVerdict =
  | { readonly allowed: true; readonly url: URL; readonly address?: string }
  | { readonly allowed: false; readonly reason: string };

export interface TerritoryInfo {
  readonly name: string;
  /** Of the IANA database. */
  readonly timeZone: string;
  readonly communes: readonly CommuneInfo[];
  /** West, south, east, north. */
  readonly bbox: readonly [number, number, number, number];
  /** As GeoJSON, where the territory has them. */
  readonly streets?: {
    readonly features: readonly {
      readonly geometry: { readonly type: 'LineString'; readonly coordinates: readonly (readonly [number, number])[] };
    }[];
  };
}

/** Positions are [longitude, latitude], WGS 84. */
export interface CommuneInfo {
  readonly slug: string;
  readonly name: string;
  /** The scope that its entities carry, e.g. `/Audun_le_Tiche`. */
  readonly scope: string;
  /** The number of its département, e.g. `57`: public holidays depend on it. */
  readonly department: string;
  readonly center: readonly [number, number];
  readonly boundary:
    | { readonly type: 'Polygon'; readonly coordinates: readonly (readonly number[])[][] }
    | { readonly type: 'MultiPolygon'; readonly coordinates: readonly (readonly number[])[][][] };
}

/** A service, checked by its type. */
export function defineService(definition: ServiceDefinition): ServiceDefinition {
  return definition;
}
