import type { Entity } from '@alzette/ngsi-ld-schemas';
// Its own stream, as a phone has no tabs that could share one.
import { type EntityEvent, openLiveFeed } from '@alzette/web/live-feed';
import { type InjectionKey, inject, onScopeDispose, provide, readonly, type ShallowRef, shallowRef } from 'vue';
import { cacheAnswer, cachedAnswer } from '../answer-cache/answer-cache.ts';
import { CONTEXT_URL } from '../broker.ts';
import { askCitizen } from '../citizen/citizen-api.ts';
import { reading } from '../citizen/paths.ts';
import { type Container, readContainer } from './container.ts';

export interface Containers {
  readonly containers: Readonly<ShallowRef<readonly Container[]>>;
  /** `problem`: the request failed; `containers` may contain the last known ones. */
  readonly state: Readonly<ShallowRef<'loading' | 'ready' | 'problem'>>;
  /** When the containers were last confirmed. */
  readonly knownAt: Readonly<ShallowRef<number | undefined>>;
  readonly live: Readonly<ShallowRef<boolean>>;
  refresh(): Promise<void>;
}

const KEY: InjectionKey<Containers> = Symbol('containers');
const KEPT_AS = 'containers';
const FEED = `/events?${new URLSearchParams({ type: 'WasteContainer', format: 'concise', context: CONTEXT_URL })}`;
/** The interval of requests while there is no live feed. */
const ASK_EVERY_MS = 60_000;
const KEEP_AFTER_MS = 5000;

// Longer than 80 lines: short functions that share the state at its top.
/** The containers of the territory: live while the page is visible, and stored for offline use. */
export function provideContainers(): void {
  const containers = shallowRef<readonly Container[]>([]);
  const state = shallowRef<'loading' | 'ready' | 'problem'>('loading');
  const knownAt = shallowRef<number>();
  const live = shallowRef(false);
  /** Events that arrived during a request; its answer may be older than they are. */
  const querying = new Set<EntityEvent[]>();
  let stop: (() => void) | undefined;
  let keeping: ReturnType<typeof setTimeout> | undefined;

  async function refresh(): Promise<void> {
    const meanwhile: EntityEvent[] = [];
    querying.add(meanwhile);
    try {
      show(meanwhile.reduce(withEvent, await queryContainers()));
      state.value = 'ready';
    } catch (cause) {
      console.warn('Could not load the containers', cause);
      state.value = 'problem';
    } finally {
      querying.delete(meanwhile);
    }
  }

  function show(now: readonly Container[]): void {
    containers.value = now;
    knownAt.value = Date.now();
    keeping ??= setTimeout(() => {
      keeping = undefined;
      void cacheAnswer(KEPT_AS, containers.value, knownAt.value);
    }, KEEP_AFTER_MS);
  }

  function onEntity(event: EntityEvent): void {
    for (const meanwhile of querying) meanwhile.push(event);
    if (state.value === 'ready') show(withEvent(containers.value, event));
  }

  function follow(): void {
    void refresh();
    stop ??= openLiveFeed(FEED, {
      onEvent: onEntity,
      onGap: () => void refresh(),
      onConnection: (connection) => {
        live.value = connection === 'live';
      },
    });
  }

  function rest(): void {
    stop?.();
    stop = undefined;
    live.value = false;
  }

  // a hidden page must not use the battery
  const onVisibility = () => (document.hidden ? rest() : follow());
  const asking = setInterval(() => {
    if (!live.value && !document.hidden) void refresh();
  }, ASK_EVERY_MS);
  document.addEventListener('visibilitychange', onVisibility);
  window.addEventListener('online', refresh);
  onScopeDispose(() => {
    rest();
    clearTimeout(keeping);
    clearInterval(asking);
    document.removeEventListener('visibilitychange', onVisibility);
    window.removeEventListener('online', refresh);
  });

  void cachedAnswer<Container[]>(KEPT_AS).then((last) => {
    if (last === undefined || knownAt.value !== undefined) return;
    containers.value = last.value;
    knownAt.value = last.at;
  });
  follow();

  provide(KEY, {
    containers: readonly(containers),
    state: readonly(state),
    knownAt: readonly(knownAt),
    live: readonly(live),
    refresh,
  });
}

export function useContainers(): Containers {
  const containers = inject(KEY);
  if (containers === undefined) throw new Error('useContainers needs provideContainers above it');
  return containers;
}

function withEvent(containers: readonly Container[], { trigger, entity }: EntityEvent): readonly Container[] {
  const others = containers.filter(({ id }) => id !== entity.id);
  const container = trigger === 'entityDeleted' ? undefined : readContainer(entity);
  return container ? [...others, container] : others;
}

async function queryContainers(): Promise<readonly Container[]> {
  const { containers } = await askCitizen(reading.containers());
  return containers.flatMap((entity) => readContainer(entity as Entity) ?? []); // entities of the broker
}
