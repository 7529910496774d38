/** The kinds of 5.13: fetched by us, given to us, made by us for an inline @context. */
export type ContextKind = 'Cached' | 'Hosted' | 'ImplicitlyCreated';

/** A @context as it is kept. */
export interface StoredContext {
  readonly localId: string;
  readonly kind: ContextKind;
  /** Where a Cached one comes from. */
  readonly url?: string;
  /** Where redirects led from there: what relative references in it start from. */
  readonly base?: string;
  /** The value of `@context`. */
  readonly document: unknown;
  readonly createdAt: Date;
  readonly expiresAt?: Date;
}

/** Where contexts are kept. Cached ones belong to no tenant and are kept under ''. Implemented in `store/`. */
export interface ContextStore {
  retrieve(tenant: string, localId: string): Promise<StoredContext | undefined>;
  /** The tenant's own and the Cached ones, oldest first. */
  list(tenant: string, kind?: ContextKind): Promise<StoredContext[]>;
  /** Of equal ids the first stays, but a Cached one replaces its older copy. */
  save(tenant: string, context: Omit<StoredContext, 'createdAt'>): Promise<void>;
  /** False when there is none of that id. */
  remove(tenant: string, localId: string): Promise<boolean>;
}
