import type { MapQuestion as Question } from '@alzette/broker/contract';
import type { ProblemDetails } from '@alzette/ngsi-ld-schemas';
import { classOf } from '@alzette/ngsi-ld-schemas/map';
import { isTemporary, toProblem } from '@alzette/web/asking';
import { type Connection, type EntityEvent, openLiveFeed } from '@alzette/web/feed';
import type { Territory } from '@alzette/web/territory';
import { computed, onScopeDispose, type Ref, shallowRef, watch } from 'vue';
import { feedUrl } from '../../../broker/broker.ts';
import { views } from '../../../broker/operations.ts';
import { readAttribute } from '../../../entities/attribute.ts';
import { viewOf } from '../../../entities/entity-view.ts';
import type { ShownLayer } from '../../../entities/known-layers.ts';
import { EMPTY, type MapContents, type MapFrame, type MapItem } from '../../../entities/map-item.ts';
import type { EntityFilter } from '../list/entity-filter.ts';
import { FIRST_ZOOM, firstAnswer, mapQuestion } from './first-answer.ts';
import { contentsOf, filterBody, type MapAnswer, type Total, totalsOf } from './map-answer.ts';

/** Below this zoom one small answer covers everything, so that moving the map needs no request. */
const EVERYTHING_BELOW = 13.5;
const SETTLE_MS = 120;
/** The minimum pause between two requests for counts; a slow answer makes the pause longer. */
const MIN_PAUSE_MS = 900;
const PAUSE_PER_ANSWER = 4;
const RETRY_MS = 5_000;
const FEED_PATIENCE_MS = 1_500;

interface MapQuestion {
  readonly layers: Ref<readonly ShownLayer[]>;
  readonly filter: Ref<EntityFilter>;
  readonly territory: Ref<Territory | undefined>;
  readonly frame: Ref<MapFrame | undefined>;
  /** The address contains the map's position: no request before the map has its extent. */
  readonly isPlaced: boolean;
}

// Longer than 80 lines: short functions that share the state at its top.
/** The visible content of the map, requested from the server and updated by the live feed. */
export function useMapContents({ layers, filter, territory, frame, isPlaced }: MapQuestion) {
  const contents = shallowRef<MapContents>(EMPTY);
  const latest = shallowRef<{ readonly answer: MapAnswer; readonly of: readonly ShownLayer[] }>();
  const totals = computed<readonly Total[] | undefined>(() => {
    if (latest.value === undefined) return undefined;
    return totalsOf(latest.value.answer, latest.value.of, territory.value?.communes ?? []);
  });
  /** The types that the totals are about. */
  const typesKnown = computed(() => (latest.value?.of ?? []).map(({ layer }) => layer.type));
  const loading = shallowRef(true);
  const problem = shallowRef<ProblemDetails>();
  /** The first failure since the last answer; milliseconds since the epoch. */
  const failingSince = shallowRef<number>();
  /** Milliseconds since the epoch. */
  const answeredAt = shallowRef<number>();
  const heardAt = shallowRef<number>();
  const connection = shallowRef<Connection>('connecting');
  /** The entities in the latest events. */
  const changed = shallowRef<ReadonlySet<string>>(new Set());
  let request = new AbortController();
  let settle: ReturnType<typeof setTimeout> | undefined;
  let refresh: ReturnType<typeof setTimeout> | undefined;
  let tookMs = 0;
  let asked = '';
  let isAsking = false;
  let isOutdated = false;
  /** The extent of the answer; undefined: everything. */
  let covered: MapFrame['box'] | undefined;
  const states = new Map<string, string>();
  const pending = new Map<string, EntityEvent>();
  let animation = 0;

  async function load(): Promise<void> {
    clearTimeout(refresh);
    refresh = undefined;
    // The first request is never aborted, because a slow server would never show anything. Changes during it cause
    // another request afterwards.
    if (isAsking && answeredAt.value === undefined) {
      isOutdated = true;
      return;
    }
    request.abort();
    request = new AbortController();
    const { signal } = request;
    const body = bodyOf();
    if (body === undefined) {
      contents.value = { ...EMPTY };
      loading.value = false;
      return;
    }
    const startedAt = performance.now();
    const of = layers.value;
    const wasFirst = answeredAt.value === undefined;
    isAsking = true;
    try {
      const answer =
        (wasFirst && (await firstAnswer(body.question))) || (await views.map({ body: body.question, signal }));
      if (signal.aborted) return;
      covered = body.box;
      contents.value = contentsOf(answer, of);
      latest.value = { answer, of };
      problem.value = failingSince.value = undefined;
      answeredAt.value = Date.now();
      tookMs = performance.now() - startedAt;
    } catch (cause) {
      if (!signal.aborted) failed(cause);
    } finally {
      if (!signal.aborted) {
        loading.value = false;
        isAsking = false;
      }
    }
    if (signal.aborted || !wasFirst) return;
    follow();
    if (isOutdated) refreshSoon();
    isOutdated = false;
  }

  function failed(cause: unknown): void {
    problem.value = toProblem(cause);
    failingSince.value ??= Date.now();
    // A refusal stays one until the reader asks for something else.
    if (isTemporary(cause)) refresh ??= setTimeout(load, RETRY_MS);
  }

  function bodyOf(): { question: Question; box: MapFrame['box'] | undefined } | undefined {
    const wanted = filterBody(filter.value, layers.value, territory.value?.communes ?? []);
    if (wanted === undefined) return undefined;
    const { zoom, box } = frame.value ?? { zoom: FIRST_ZOOM, box: undefined };
    const around = box && zoom >= EVERYTHING_BELOW ? grown(box) : undefined;
    const question = mapQuestion(layers.value, zoom, wanted);
    return { question: around ? { ...question, box: around } : question, box: around };
  }

  /** Sends a new request if the current answer does not cover the current view. */
  function follow(): void {
    const isFirst = answeredAt.value === undefined;
    if (isFirst && ((isPlaced && frame.value === undefined) || (filter.value.commune && !territory.value))) return;
    if (isFirst && isAsking) return;
    const { zoom = FIRST_ZOOM, box } = frame.value ?? {};
    const wanted = filterBody(filter.value, layers.value, territory.value?.communes ?? []);
    const key = JSON.stringify([wanted, layers.value.map(({ layer }) => layer)]);
    const level = contents.value.shows === 'points' && zoom >= EVERYTHING_BELOW ? 'points' : Math.floor(zoom * 2);
    const isCovered = covered === undefined || (box !== undefined && holds(covered, box));
    const next = `${key} ${level}`;
    if (next === asked && isCovered) return;
    asked = next;
    clearTimeout(settle);
    if (isFirst) void load();
    else settle = setTimeout(load, SETTLE_MS);
  }
  watch([filter, layers, territory, frame], follow, { immediate: true });

  /** Changes may be missing. When the page opens, the first answer is new, and asking again can wait until it is drawn. */
  function onGap(): void {
    if (answeredAt.value !== undefined && Date.now() - answeredAt.value < MIN_PAUSE_MS) refreshSoon();
    else void load();
  }

  function refreshSoon(): void {
    refresh ??= setTimeout(load, Math.max(MIN_PAUSE_MS, tookMs * PAUSE_PER_ANSWER));
  }

  /** Applies all events since the last frame together. */
  function apply(): void {
    animation = 0;
    let counted = false;
    const items = new Map<string, MapItem>();
    for (const { trigger, entity } of pending.values()) {
      const shown = layers.value.find(({ layer }) => [entity.type].flat().includes(layer.type));
      if (!shown) continue;
      const state =
        trigger === 'entityDeleted' ? '' : classOf(shown.layer, (name) => readAttribute(entity[name]).value);
      if (states.get(entity.id) !== state) counted = true;
      states.set(entity.id, state);
      const view = viewOf(entity);
      const colour = shown.colours?.[state];
      if (state !== '') items.set(entity.id, { ...view, type: shown.layer.type, state, ...(colour && { colour }) });
      else items.set(entity.id, { ...view, state: '' });
    }
    changed.value = new Set(pending.keys());
    pending.clear();
    heardAt.value = Date.now();
    if (contents.value.items.some(({ id }) => items.has(id))) {
      const renewed = contents.value.items.flatMap((item) => {
        const next = items.get(item.id);
        if (next === undefined) return [item];
        return next.state === '' ? [] : [{ ...next, position: next.position ?? item.position }];
      });
      contents.value = { ...contents.value, items: renewed };
    }
    if (counted) refreshSoon();
  }

  let closeFeed = () => {};
  watch(
    layers,
    (of) => {
      closeFeed();
      const type = of.map(({ layer }) => layer.type).join();
      closeFeed = openLiveFeed(feedUrl({ type, attrs: attributesOf(of) }), {
        onGap,
        onEvent(event) {
          pending.set(event.entity.id, event);
          animation ||= requestAnimationFrame(apply);
        },
        onConnection(state) {
          connection.value = state;
        },
      });
    },
    { immediate: true },
  );
  // Without a feed the map still loads.
  const patience = setTimeout(() => {
    if (loading.value && answeredAt.value === undefined) void load();
  }, FEED_PATIENCE_MS);

  onScopeDispose(() => {
    for (const timer of [settle, refresh, patience]) clearTimeout(timer);
    cancelAnimationFrame(animation);
    request.abort();
    closeFeed();
  });

  return {
    contents,
    totals,
    typesKnown,
    loading,
    problem,
    failingSince,
    answeredAt,
    heardAt,
    connection,
    changed,
    load,
  };
}

/** The attributes that determine how an entity is drawn. */
function attributesOf(layers: readonly ShownLayer[]): string {
  const names = layers.flatMap(({ layer }) => [
    ...layer.classes.flatMap(({ when }) => when.map(({ attribute }) => attribute)),
    ...(layer.value === undefined ? [] : [layer.value]),
    ...(layer.observed === undefined ? [] : [layer.observed]),
  ]);
  return [...new Set([...names, 'location', 'name'])].join();
}

/** Enlarges the box by half on each side, so that short moves need no request. */
function grown([west, south, east, north]: MapFrame['box']): MapFrame['box'] {
  const x = (east - west) / 2;
  const y = (north - south) / 2;
  return [Math.max(-180, west - x), Math.max(-90, south - y), Math.min(180, east + x), Math.min(90, north + y)];
}

function holds(outer: MapFrame['box'], inner: MapFrame['box']): boolean {
  return outer[0] <= inner[0] && outer[1] <= inner[1] && outer[2] >= inner[2] && outer[3] >= inner[3];
}
