import type { BatchOperationResult, Entity, ProblemDetails } from '../entity.ts';

/** The header with the number of consecutive notifications that led to a change, which limits chains of them. */
export const HOPS_HEADER = 'Alzette-Hops';

/** Options of every call. */
export interface CallOptions {
  tenant?: string;
  /** URL of the @context: names in requests and answers are its terms. Absent: the client's default. */
  context?: string;
  signal?: AbortSignal;
  /** The number of notifications that led to this write; absent: none. */
  hops?: number;
}

export interface UpsertOptions extends CallOptions {
  /** Other attributes of the entity are kept (5.6.8, `options=update`). */
  update?: boolean;
  /**
   * Like `update`, for measurements: a value observed before the present one is only added to the history, so the
   * present value never becomes older. The standard has no batch operation for it: over HTTP each entity is a separate
   * request (5.6.11).
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
  /** For example `dateIssued;desc,name` (4.23). */
  orderBy?: string;
  limit?: number;
  offset?: number;
  count?: boolean;
  local?: boolean;
}

/** The temporal evolution of an entity: each attribute is one instance or an array of them, normalized or concise. */
export interface TemporalEntity {
  id: string;
  type: string | string[];
  [attribute: string]: unknown;
}

/** The samples of entities to query: those observed from `from` up to and including `to`. */
export interface TemporalQuery extends CallOptions {
  type?: string;
  id?: string[];
  attrs: string[];
  from: Date;
  to: Date;
  /** Only the latest so many of each attribute; over HTTP at most as many as the broker answers at once. */
  lastN?: number;
  /** In process only: includes values without an observation time, at the time of their change. */
  untimed?: boolean;
  /** Entities per page, ordered by id; `offset` entities are skipped. */
  limit?: number;
  offset?: number;
}

/**
 * The samples of an entity's attributes, ascending in time: the value, and the time of observation (milliseconds since
 * 1970).
 */
export interface EntitySamples {
  id: string;
  type: string | string[];
  attributes: { [name: string]: [value: unknown, observedAt: number][] };
}

export interface EntityPage<E = Entity> {
  entities: E[];
  /** The number of matching entities, if the query asked for `count`. */
  count?: number;
}

/** Thrown for every answer that is not a success; `problem` is the broker's description. */
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
 * The NGSI-LD operations that our packages use, either over HTTP to any broker (`httpClient`), or in process (the
 * broker's own `client`). Entities in requests may be in normalized or concise form.
 */
export interface NgsiLdClient {
  createEntity(entity: Entity, options?: CallOptions): Promise<void>;
  /** Undefined if the broker has no such entity. */
  retrieveEntity<E = Entity>(id: string, options?: RetrieveOptions): Promise<E | undefined>;
  queryEntities<E = Entity>(query: EntityQuery): Promise<EntityPage<E>>;
  mergeEntity(id: string, fragment: Record<string, unknown>, options?: CallOptions): Promise<void>;
  deleteEntity(id: string, options?: CallOptions): Promise<void>;
  batchCreate(entities: Entity[], options?: CallOptions): Promise<BatchOperationResult>;
  /** `late`: the number of attribute instances that were only added to the history, if known. */
  batchUpsert(entities: Entity[], options?: UpsertOptions): Promise<BatchOperationResult & { readonly late?: number }>;
  /**
   * Adds instances to the temporal evolution of an entity (5.6.11), which is created if necessary: for late
   * measurements. The present value is updated if an instance is more recent. An instance replaces one with the same
   * dataset and observedAt.
   */
  upsertTemporal(entity: TemporalEntity, options?: CallOptions): Promise<void>;
  /**
   * The temporal evolution of entities in simplified form (5.7.4, 4.5.9), complete, even if the broker splits it into
   * several answers. Only the default instance of attributes with datasets.
   */
  queryTemporal(query: TemporalQuery): Promise<EntitySamples[]>;
  /** How many samples each entity has, without reading them (4.5.19, `totalCount`); entities without any are missing. */
  countSamples(query: TemporalQuery): Promise<ReadonlyMap<string, number>>;
  /** Resolves to the subscription's id. */
  createSubscription(subscription: Record<string, unknown>, options?: CallOptions): Promise<string>;
  /** Changes the given members (5.8.2). Pending notifications are kept. */
  updateSubscription(id: string, fragment: Record<string, unknown>, options?: CallOptions): Promise<void>;
  deleteSubscription(id: string, options?: CallOptions): Promise<void>;
}
