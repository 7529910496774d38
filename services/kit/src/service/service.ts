import type { NgsiLdClient } from '@alzette/ngsi-ld-schemas/client';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Caller } from '../access/access.ts';
import type { Compute } from '../compute/compute.ts';
import type { Database } from '../database/database.ts';
import type { Jobs } from '../jobs/definitions.ts';
import type { Language, LanguageMap } from '../languages/languages.ts';
import type { Mail } from '../mail/mail.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { EntityPlan, Judge, ObjectAction } from '../objects/objects.ts';
import type { Outgoing } from '../outgoing/outgoing.ts';
import type { Shares } from '../shares/shares.ts';

/** The definition of a service. */
export interface ServiceDefinition {
  /** The name of its folder and its database schema, e.g. `alarms`. */
  readonly name: string;
  /** Numbered SQL files, applied before it starts. */
  readonly migrations?: URL;
  /** What it shows to strangers of the entities of a public tenant: docs/access.md lists it. */
  readonly published?: readonly Published[];
  /** The ports of other services without which it can't start, by their names in what `start` receives. */
  readonly needs?: readonly string[];
  /** Its pages in the portal of the operators: for services of others. */
  readonly portal?: PortalModules;
  /**
   * Registers routes and defines jobs. Requests arrive and jobs run after all services have started.
   *
   * @param given with the ports of the services that started before, which the type of the parameter names
   */
  start(given: ServiceContext): Promise<RunningService>;
}

/** Pages that a service of others has in the portal, as modules of the browser in a folder of its package. */
export interface PortalModules {
  /** Its files are public: scripts, styles, pictures and fonts, without subfolders. */
  readonly folder: URL;
  readonly pages: readonly PortalPage[];
}

export interface PortalPage {
  /** `checks` is the file `checks.js`, which exports `mount(element, { ask, locale })`. */
  readonly name: string;
  readonly title: LanguageMap;
  /** Whom the portal offers it; the routes that it asks check their own rights. */
  readonly right: 'read' | 'write' | 'administer';
}

export interface RunningService {
  /** What it offers to services that start later, by unique names. */
  readonly ports?: object;
  /** What its contents of the demo, in the folder `demo/`, are created with. */
  readonly parts?: object;
  /**
   * Deletes in all tenants what only this person can see, because their account is erased. It may be called again.
   *
   * @param person as in `sender` of `@alzette/kit/access`
   */
  forget?(person: string): Promise<void>;
  /** Stops after finishing work in progress. */
  stop?(): Promise<void>;
}

/**
 * Creates the contents of a service in the demo territory while requests are served, in one process. It must detect what
 * an earlier start has created, and complete what a kill interrupted. Returns a function that stops it, if it continues
 * to run.
 *
 * @param parts the `parts` of the running service
 */
export type DemoContents<Parts> = (parts: Parts, demo: DemoContext) => Promise<(() => Promise<void>) | void>;

export interface DemoContext {
  /** '' is the default tenant. */
  readonly tenant: string;
  readonly client: NgsiLdClient;
  /** The URL of the territory's @context. */
  readonly context: string;
  readonly logger: Logger;
  /** Aborted when the product ends. What is missing is created by the next start. */
  readonly signal: AbortSignal;
}

/** What a service receives at its start. */
export interface ServiceContext {
  readonly db: Database;
  /** Receives the routes of the service; must not be listening yet. */
  readonly app: FastifyInstance;
  /** A client with the rights of the product itself: all tenants, everything. Not for what strangers ask. */
  readonly client: NgsiLdClient;
  /**
   * A client for what strangers ask: it reads what the service has `published`, and nothing else.
   *
   * @param further what is published besides, by a setting of the tenant
   */
  publicClient(further?: readonly Published[]): NgsiLdClient;
  /** A client with the rights of the request's sender. */
  clientOf(request: FastifyRequest): NgsiLdClient;
  /** The sender of the request. @throws Error: the route requires `nothing` */
  callerOf(request: FastifyRequest): Caller;
  /** The sender as JSON, to be stored with work that is done later in their name. Null: access control is off. */
  authorOf(request: FastifyRequest): object | null;
  /**
   * A client for such work: it has the rights that the author has when it is done.
   *
   * @param author a result of `authorOf`
   * @param how `isAdmitted`: what is written was judged before, or a second person has approved it
   */
  clientAs(author: object | null, how?: { readonly isAdmitted?: boolean }): NgsiLdClient;
  readonly commands: DeviceCommands;
  /**
   * Judges what senders write to an attribute of their own accord, and that they remove it or its entity, beside their
   * rights. Clients that are `isAdmitted` pass.
   *
   * @param names terms of this @context
   * @param refusal why, in a sentence; undefined: it is admitted
   */
  guardWrites(
    names: { readonly context: string; readonly type: string; readonly attribute: string },
    refusal: (sender: Pick<Caller, 'roles'>) => string | undefined,
  ): Promise<void>;
  /**
   * Those of these entities that the author may not read or write now, or that do not exist.
   *
   * @param attributes terms of the territory's @context that must be covered; default: any
   */
  refusedTo(
    author: object | null,
    tenant: string,
    action: ObjectAction,
    ids: readonly string[],
    attributes?: readonly string[],
  ): Promise<ReadonlySet<string>>;
  /** Judges by the rights that the author has now. @param author a result of `authorOf` */
  judgeAs(author: object | null, tenant: string): Judge;
  /** Where the author reads letters; undefined: they have no account here, or no verified address. */
  addressOf(author: object | null): Promise<{ readonly email: string; readonly language: Language } | undefined>;
  /** Whether the sender may write such an entity: for data that a service keeps in its own tables. */
  mayWrite(request: FastifyRequest, entity: EntityPlan): boolean;
  /** Whether they may propose to change such an entity: another confirms it, who may write it. */
  mayPropose(request: FastifyRequest, entity: EntityPlan): boolean;
  /** Whether they may read it. */
  mayRead(request: FastifyRequest, entity: EntityPlan): boolean;
  readonly logger: Logger;
  /**
   * The URL of the installation, without trailing slash: for its own subscriptions, contexts and issuer. Links that people
   * follow begin with `territories.publicUrl(tenant)`.
   */
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
  /** For what would block the event loop. */
  readonly compute: Compute;
  readonly analyse: Analyse;
  /**
   * Waits until the notifications that a subscription is owed now have been delivered, also those of processes that died.
   *
   * @param signal ends it early
   *
   * @returns false: some are still owed after this time
   */
  whenDelivered(tenant: string, subscription: string, withinMs: number, signal: AbortSignal): Promise<boolean>;
  readonly metrics: Metrics;
  readonly shares: Shares;
  readonly territories: Territories;
  /**
   * Of several processes that share a port, the first has the MQTT broker, the devices and the demo. Jobs run only once
   * anyway.
   */
  readonly isFirstWorker: boolean;
}

/** Commands to devices: the agents send what is written to an attribute with a command's name. */
export interface DeviceCommands {
  /** The names of the commands of all devices. */
  names(): Promise<ReadonlySet<string>>;
  /**
   * Adds a check of what callers command, whatever way it takes. Commands of the product itself are not checked, and
   * nobody's are while access is open.
   */
  guard(check: CheckCommands): void;
}

/** @returns why the commands are refused, in a sentence; undefined: they are not */
export type CheckCommands = (asked: AskedCommands) => Promise<string | undefined>;

export interface AskedCommands {
  readonly tenant: string;
  /** As returned by `sender` of `@alzette/kit/access`. */
  readonly sender: string;
  readonly entities: readonly {
    readonly id: string;
    /** IRIs; absent: unknown. */
    readonly types?: readonly string[];
    readonly commands: readonly string[];
  }[];
}

/** What is published of entities: these attributes, beside id, type and scope. In terms of the territory's @context. */
export interface Published {
  readonly types: readonly string[];
  readonly attributes: readonly string[];
}

/**
 * Groups and aggregates entities, with the rights of the product itself.
 *
 * @param question the body of `POST /territory/analysis`, with terms of the territory's @context
 */
export type Analyse = (tenant: string, question: object) => Promise<AnalysisRows>;

export interface AnalysisRows {
  readonly rows: readonly {
    readonly keys: readonly (string | null)[];
    /** The start of the step, ISO 8601; null: the whole period, or current values. */
    readonly at: string | null;
    readonly value: number | null;
    readonly count: number;
  }[];
  readonly isCut: boolean;
  /** Some days are UTC days. */
  readonly hasUtcDays?: boolean;
}

export type { EntityPlan } from '../objects/objects.ts';

/** The audit, which is kept forever: so it must not contain names of persons, only ids of their accounts. */
export interface Audit {
  append(act: AuditedAct): Promise<void>;
  /**
   * Does what an act is about. If the process is killed meanwhile, the audit has an entry with an unknown outcome. For requests
   * that show a secret of their own; others are written down before their handler.
   *
   * @param work makes the entry itself; if it throws, there is one of a failed act
   */
  during<T>(act: Omit<AuditedAct, 'outcome'>, work: () => Promise<T>): Promise<T>;
}

interface AuditedAct {
  /** The actor as returned by `actor` of `@alzette/kit/access`. */
  readonly actor: string;
  /** E.g. `alarm.acknowledge`. */
  readonly action: string;
  /** The object of the action. */
  readonly object: string;
  readonly tenant: string;
  readonly outcome: 'done' | 'refused' | 'failed';
  /** JSON without secrets. */
  readonly details: object;
}

/** Encrypts texts for storage in the database. */
export interface Secrets {
  /** @param owner what the text belongs to: it can only be decrypted for the same owner */
  seal(text: string, owner: string): string;
  /** @throws Error: it was encrypted with another key or for another owner */
  open(sealed: string, owner: string): string;
}

export type { Outgoing, OutgoingVerdict } from '../outgoing/outgoing.ts';

/** The territory of each tenant. One without its own has that of the installation. */
export interface Territories {
  /** In memory, and always the present one: so ask again rather than keep it. */
  of(tenant: string): TerritoryInfo;
  /** The tenants that have a territory of their own. */
  tenants(): readonly string[];
  /** What maps and places need beyond that; read from the database if it was not asked for lately. */
  shapes(tenant: string): Promise<TerritoryShapes>;
  /** Where the people of a tenant reach it, without trailing slash. It never comes from a request. */
  publicUrl(tenant: string): string;
  /** Calls back when a territory has changed, in whatever process. Returns a function that ends that. */
  onChange(changed: () => void): () => void;
}

export interface TerritoryInfo {
  readonly name: string;
  /** An IANA time zone. */
  readonly timeZone: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly communes: readonly CommuneInfo[];
  /** West, south, east, north. */
  readonly bbox: readonly [number, number, number, number];
}

/** Positions are [longitude, latitude], WGS 84. */
export interface CommuneInfo {
  readonly slug: string;
  readonly name: string;
  /** The scope of its entities, e.g. `/Audun_le_Tiche`. */
  readonly scope: string;
  /** In France the number of its département, e.g. `57`. It determines public holidays, as `country` does. */
  readonly department: string;
  /** Its code in statistics, e.g. `57038` of INSEE. */
  readonly code?: string;
  readonly inhabitants?: number;
  readonly center: readonly [number, number];
}

export interface TerritoryShapes {
  /** By the slug of the commune. */
  readonly boundaries: ReadonlyMap<string, CommuneBoundary>;
  /** As GeoJSON, if the territory has them. */
  readonly streets?: {
    readonly features: readonly {
      readonly geometry: { readonly type: 'LineString'; readonly coordinates: readonly (readonly [number, number])[] };
    }[];
  };
}

export type CommuneBoundary =
  | { readonly type: 'Polygon'; readonly coordinates: readonly (readonly (readonly [number, number])[])[] }
  | {
      readonly type: 'MultiPolygon';
      readonly coordinates: readonly (readonly (readonly (readonly [number, number])[])[])[];
    };

/** Defines a service, with type checking. */
export function defineService<Definition extends ServiceDefinition>(definition: Definition): Definition {
  return definition;
}

type Resolved<Definition extends ServiceDefinition> = Awaited<ReturnType<Definition['start']>>;
type PortsOf<Definition extends ServiceDefinition> =
  Resolved<Definition> extends { readonly ports: infer Ports } ? Ports : unknown;

type GivenTo<Definition extends ServiceDefinition> =
  Parameters<Definition['start']> extends [infer Given, ...unknown[]] ? Given : unknown;

/** Services in the order of their start; the types check that each finds the ports that it receives. */
export interface StartOrder<Ports> {
  readonly definitions: readonly ServiceDefinition[];
  with<Definition extends ServiceDefinition>(
    definition: Definition,
    ...missing: ServiceContext & Ports extends GivenTo<Definition> ? [] : ['a port that it needs']
  ): StartOrder<Ports & PortsOf<Definition>>;
}

/** Begins the order of the start with no services. @param Ports those that the product itself provides */
export function startOrder<Ports = unknown>(definitions: readonly ServiceDefinition[] = []): StartOrder<Ports> {
  return { definitions, with: (definition, ..._missing) => startOrder([...definitions, definition]) };
}

/** What the contents of a service in the demo are created with. */
export type PartsOf<Definition extends ServiceDefinition> = NonNullable<
  Awaited<ReturnType<Definition['start']>>['parts']
>;
