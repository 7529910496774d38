import type { BatchOperationResult, Entity, ProblemDetails } from '../entity.ts';

/** Options of every call. */
/** Tells how many notifications led to a change, one after the other: chains of them end after some. */
export const HOPS_HEADER = 'Alzette-Hops';

export interface CallOptions {
  tenant?: string;
  /** URL of the @context: names in and out are its terms. Absent: the client's own default. */
  context?: string;
  signal?: AbortSignal;
  /** How many notifications led to this write; absent: none. */
  hops?: number;
}

export interface UpsertOptions extends CallOptions {
  /** Attributes that others wrote stay (5.6.8, `options=update`). */
  update?: boolean;
  /**
   * As `update`, for measures: what was observed before what stands goes to history alone, and the present never becomes
   * older. The standard has no batch of it: over HTTP each entity is a request of its own (5.6.11).
   */
  lateToHistory?: boolean;
}

export type Format = 'normalized' | 'concise' | 'simplified';

export interface RetrieveOptions extends CallOptions {
  format?: Format;
  sysAttrs?: boolean;
  pick?: string[];
}

export interface EntityQuery extends RetrieveOptions {
  /** A type selection, e.g. `Streetlight,StreetlightControlCabinet`. */
  type?: string;
  id?: string[];
  idPattern?: string;
  q?: string;
  scopeQ?: string;
  georel?: string;
  geometry?: string;
  coordinates?: unknown;
  /** Such as `dateIssued;desc,name` (4.23). */
  orderBy?: string;
  limit?: number;
  offset?: number;
  count?: boolean;
  local?: boolean;
}

/** The evolution of an entity: each attribute is one instance or an array of them, normalized or concise. */
export interface TemporalEntity {
  id: string;
  type: string | string[];
  [attribute: string]: unknown;
}

/** Which samples of which entities: those observed from `from` up to and including `to`. */
export interface TemporalQuery extends CallOptions {
  type?: string;
  id?: string[];
  attrs: string[];
  from: Date;
  to: Date;
  /** In process: with values that name no time of their own, at the time of their change. */
  untimed?: boolean;
  /** Entities on a page, by id; `offset` are left out before. */
  limit?: number;
  offset?: number;
}

/** The samples of an entity's attributes, ascending in time: the value, and when it was observed (milliseconds since 1970). */
export interface EntitySamples {
  id: string;
  type: string | string[];
  attributes: { [name: string]: [value: unknown, observedAt: number][] };
}

export interface EntityPage<E = Entity> {
  entities: E[];
  /** All that match, when the query asked for `count`. */
  count?: number;
}

/** Thrown for every answer that is not a success; `problem` is what the broker said. */
export class NgsiLdClientError extends Error {
  readonly status: number;
  readonly problem: ProblemDetails;

  constructor(status: number, problem: ProblemDetails) {
    super(`${problem.title}: ${problem.detail}`);
    this.name = 'NgsiLdClientError';
    this.status = status;
    this.problem = problem;
  }
}

/**
 * The NGSI-LD operations our packages use, whichever way they travel: over HTTP to any broker (`httpClient`), or in
 * process beside ours (the broker's own `client`). Entities are in normalized or concise form on the way in.
 */
export interface NgsiLdClient {
  createEntity(entity: Entity, options?: CallOptions): Promise<void>;
  /** Undefined when the broker has no such entity. */
  retrieveEntity<E = Entity>(id: string, options?: RetrieveOptions): Promise<E | undefined>;
  queryEntities<E = Entity>(query: EntityQuery): Promise<EntityPage<E>>;
  mergeEntity(id: string, fragment: Record<string, unknown>, options?: CallOptions): Promise<void>;
  deleteEntity(id: string, options?: CallOptions): Promise<void>;
  batchCreate(entities: Entity[], options?: CallOptions): Promise<BatchOperationResult>;
  /** `late`: how many attribute instances went to history alone, where that is known. */
  batchUpsert(entities: Entity[], options?: UpsertOptions): Promise<BatchOperationResult & { readonly late?: number }>;
  /**
   * Adds instances to the evolution of an entity (5.6.11), which is made when there is none: for measures that come late.
   * The present takes what is more recent than it; an instance takes the place of another of its dataset and observedAt.
   */
  upsertTemporal(entity: TemporalEntity, options?: CallOptions): Promise<void>;
  /**
   * The evolution of entities in its simplified form (5.7.4, 4.5.9), all of it, whatever the broker puts in one answer. Of
   * attributes with datasets the default instance.
   */
  queryTemporal(query: TemporalQuery): Promise<EntitySamples[]>;
  /** Resolves to the subscription's id. */
  createSubscription(subscription: Record<string, unknown>, options?: CallOptions): Promise<string>;
  /** Changes the members that are given (5.8.2); what it has still to notify stays. */
  updateSubscription(id: string, fragment: Record<string, unknown>, options?: CallOptions): Promise<void>;
  deleteSubscription(id: string, options?: CallOptions): Promise<void>;
}
