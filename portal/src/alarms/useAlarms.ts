import type { NgsiLdClient } from '@alzette/ngsi-ld-schemas';
import { COUNTED } from '@alzette/ngsi-ld-schemas/figures';
import { type Answer, useAnswer } from '@alzette/web/asking';
import { type Connection, openLiveFeed } from '@alzette/web/feed';
import {
  type ComputedRef,
  computed,
  type InjectionKey,
  inject,
  onScopeDispose,
  provide,
  type ShallowRef,
  shallowRef,
  triggerRef,
} from 'vue';
import { feedUrl } from '../broker/broker.ts';
import { type Alarm, byUrgency, isWaiting, toAlarm } from './alarm.ts';

interface LiveAlarms {
  /** Alarms that need an operator, the most severe first. Undefined until they are known. */
  readonly waiting: ComputedRef<readonly Alarm[] | undefined>;
  /** The same with its states: since when it is known, and since when the request fails. */
  readonly request: Answer<readonly Alarm[]>;
  /** The latest alarm that arrived while the page was open. */
  readonly newest: Readonly<ShallowRef<Alarm | undefined>>;
  /** The state of the live feed. */
  readonly connection: Readonly<ShallowRef<Connection>>;
}

const KEY: InjectionKey<LiveAlarms> = Symbol('alarms');
const MOST = 500;
/** The first request waits this long for the live feed, so that nothing is missed between the two. */
const FEED_PATIENCE_MS = 1_500;
/** How often the alarms are requested while there is no live feed. */
const WITHOUT_FEED_MS = 15_000;

/** The @context of `Alert` entities: in the territory's @context, `severity` is a term of another subject. */
export function alarmContext(): string {
  return new URL('/contexts/Alert/v2.jsonld', location.origin).href;
}

/** Provides the alarms that need an operator, by a query and the live feed. Called once, at the root. */
export function provideAlarms(broker: NgsiLdClient): LiveAlarms {
  const context = alarmContext();
  const newest = shallowRef<Alarm>();
  const connection = shallowRef<Connection>('connecting');
  const isDue = shallowRef(false);
  /** What arrived since the latest request was sent; undefined: it needs nobody any more. */
  const arrived = shallowRef(new Map<string, Alarm | undefined>());
  /** The same for each request under way. */
  const asking = new Set<Map<string, Alarm | undefined>>();

  const query = { ...COUNTED.alarmsOpen, format: 'concise', limit: MOST, context } as const;
  const request = useAnswer(
    () => (isDue.value ? ['alarms/waiting'] : undefined),
    async (signal): Promise<readonly Alarm[]> => {
      const meanwhile = new Map<string, Alarm | undefined>();
      asking.add(meanwhile);
      try {
        const { entities } = await broker.queryEntities({ ...query, signal });
        arrived.value = meanwhile;
        return entities.map(toAlarm);
      } finally {
        asking.delete(meanwhile);
      }
    },
    { everyMs: () => (connection.value === 'live' ? undefined : WITHOUT_FEED_MS) },
  );
  const patience = setTimeout(ask, FEED_PATIENCE_MS);

  function ask(): void {
    if (isDue.value) void request.reload();
    isDue.value = true;
  }

  const waiting = computed(() => {
    const known = request.data.value;
    if (known === undefined) return undefined;
    const alarms = new Map<string, Alarm | undefined>(known.map((alarm) => [alarm.id, alarm]));
    for (const [id, alarm] of arrived.value) alarms.set(id, alarm);
    return [...alarms.values()].filter((alarm) => alarm !== undefined).sort(byUrgency);
  });

  const close = openLiveFeed(feedUrl({ type: 'Alert', context }), {
    onGap: ask,
    onEvent({ trigger, entity }) {
      const known = waiting.value?.find(({ id }) => id === entity.id);
      const alarm = trigger === 'entityDeleted' ? undefined : toAlarm(entity);
      const kept = alarm && isWaiting(alarm) ? alarm : undefined;
      for (const each of [arrived.value, ...asking]) each.set(entity.id, kept);
      triggerRef(arrived);
      if (alarm?.status === 'active' && known?.status !== 'active') newest.value = alarm;
    },
    onConnection(state) {
      const before = connection.value;
      connection.value = state;
      if (state === 'reconnecting' && before !== state) ask();
    },
  });
  onScopeDispose(() => {
    clearTimeout(patience);
    close();
  });

  const live: LiveAlarms = { waiting, request: { ...request, data: waiting }, newest, connection };
  provide(KEY, live);
  return live;
}

export function useAlarms(): LiveAlarms {
  const live = inject(KEY);
  if (!live) throw new Error('useAlarms: none are provided');
  return live;
}
