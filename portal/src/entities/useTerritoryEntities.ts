import type { NgsiLdClient, ProblemDetails } from '@alzette/ngsi-ld-schemas';
import { type InjectionKey, inject, onScopeDispose, provide, type ShallowRef, shallowRef, triggerRef } from 'vue';
import { toProblem } from '../broker/ask.ts';
import { feedUrl } from '../broker/broker.ts';
import { type Connection, type EntityEvent, openLiveFeed } from '../broker/live-feed.ts';
import { ENTITY_TYPES, type EntityView, toEntityView } from './entity-view.ts';

const PAGE_SIZE = 1_000;
const FEED_PATIENCE_MS = 1_500;

export interface TerritoryEntities {
  /** All entities by id, kept live. */
  readonly entities: Readonly<ShallowRef<ReadonlyMap<string, EntityView>>>;
  /** True until the first answer, good or bad. */
  readonly loading: Readonly<ShallowRef<boolean>>;
  readonly problem: Readonly<ShallowRef<ProblemDetails | undefined>>;
  /** When the broker answered last, in milliseconds since the epoch. */
  readonly answeredAt: Readonly<ShallowRef<number | undefined>>;
  readonly connection: Readonly<ShallowRef<Connection>>;
  load(): Promise<void>;
}

const KEY: InjectionKey<TerritoryEntities> = Symbol('territory entities');

/** Queries the territory's entities, then keeps them live by the feed, as long as the page that calls it is there. */
export function provideTerritoryEntities(broker: NgsiLdClient): TerritoryEntities {
  const entities = shallowRef<Map<string, EntityView>>(new Map());
  const loading = shallowRef(true);
  const problem = shallowRef<ProblemDetails>();
  const answeredAt = shallowRef<number>();
  const connection = shallowRef<Connection>('connecting');
  const pending = new Map<string, EntityEvent>();
  let request = new AbortController();
  let querying = false;
  let frame = 0;

  async function load(): Promise<void> {
    request.abort();
    request = new AbortController();
    const { signal } = request;
    querying = true;
    try {
      const found = await queryAll(broker, signal);
      entities.value = found;
      problem.value = undefined;
      answeredAt.value = Date.now();
    } catch (cause) {
      if (!signal.aborted) problem.value = toProblem(cause);
    } finally {
      if (!signal.aborted) {
        querying = false;
        loading.value = false;
        applySoon();
      }
    }
  }

  function applySoon(): void {
    if (querying || pending.size === 0 || frame !== 0) return;
    frame = requestAnimationFrame(() => {
      frame = 0;
      for (const { trigger, entity } of pending.values()) {
        const view = trigger === 'entityDeleted' ? undefined : toEntityView(entity);
        if (view) entities.value.set(entity.id, view);
        else entities.value.delete(entity.id);
      }
      pending.clear();
      triggerRef(entities);
    });
  }

  const closeFeed = openLiveFeed(feedUrl({ type: ENTITY_TYPES.join() }), {
    onGap: load,
    onEvent(event) {
      // events that arrive during a query are kept: they may be newer than its answer
      pending.set(event.entity.id, event);
      applySoon();
    },
    onConnection(state) {
      connection.value = state;
    },
  });
  // a broker without a feed is still worth looking at
  const patience = setTimeout(() => {
    if (loading.value && !querying) load();
  }, FEED_PATIENCE_MS);

  onScopeDispose(() => {
    clearTimeout(patience);
    cancelAnimationFrame(frame);
    request.abort();
    closeFeed();
  });

  const shared: TerritoryEntities = { entities, loading, problem, answeredAt, connection, load };
  provide(KEY, shared);
  return shared;
}

/** Those of the page, where it has them. */
export function useTerritoryEntities(): TerritoryEntities | undefined {
  return inject(KEY, undefined);
}

async function queryAll(broker: NgsiLdClient, signal: AbortSignal): Promise<Map<string, EntityView>> {
  const found = new Map<string, EntityView>();
  let offset = 0;
  while (true) {
    const page = await broker.queryEntities({
      type: ENTITY_TYPES.join(),
      format: 'concise',
      limit: PAGE_SIZE,
      offset,
      count: true,
      signal,
    });
    for (const document of page.entities) {
      const view = toEntityView(document);
      if (view) found.set(view.id, view);
    }
    offset += page.entities.length;
    // a broker may give smaller pages than asked for: only its count says that all is there
    if (page.entities.length === 0 || offset >= (page.count ?? 0)) return found;
  }
}
