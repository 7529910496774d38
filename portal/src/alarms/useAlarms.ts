import type { NgsiLdClient } from '@alzette/ngsi-ld-schemas';
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
  /** Alarms that need an operator, the most severe first. */
  readonly waiting: ComputedRef<readonly Alarm[]>;
  /** The latest alarm that arrived while the page was open. */
  readonly newest: Readonly<ShallowRef<Alarm | undefined>>;
  /** The state of the live feed. */
  readonly connection: Readonly<ShallowRef<Connection>>;
}

const KEY: InjectionKey<LiveAlarms> = Symbol('alarms');
const MOST = 500;
const WAITING_QUERY = 'status=="active","acknowledged","inProgress"';

/** The @context of `Alert` entities: in the territory's @context, `severity` is a term of another subject. */
export function alarmContext(): string {
  return new URL('/contexts/Alert/v2.jsonld', location.origin).href;
}

/** Provides the alarms that need an operator, by a query and the live feed. Called once, at the root. */
export function provideAlarms(broker: NgsiLdClient): LiveAlarms {
  const context = alarmContext();
  const alarms = shallowRef(new Map<string, Alarm>());
  const newest = shallowRef<Alarm>();
  const connection = shallowRef<Connection>('connecting');
  const request = new AbortController();

  async function load(): Promise<void> {
    try {
      const query = { type: 'Alert', q: WAITING_QUERY, format: 'concise', limit: MOST, context } as const;
      const { entities } = await broker.queryEntities({ ...query, signal: request.signal });
      alarms.value = new Map(entities.map((document) => [document.id, toAlarm(document)]));
    } catch {
      // the feed reports when the broker is back, and the query runs again
    }
  }

  const close = openLiveFeed(feedUrl({ type: 'Alert', context }), {
    onGap: load,
    onEvent({ trigger, entity }) {
      const known = alarms.value.get(entity.id);
      const alarm = trigger === 'entityDeleted' ? undefined : toAlarm(entity);
      if (alarm && isWaiting(alarm)) alarms.value.set(entity.id, alarm);
      else alarms.value.delete(entity.id);
      triggerRef(alarms);
      if (alarm?.status === 'active' && known?.status !== 'active') newest.value = alarm;
    },
    onConnection(state) {
      connection.value = state;
    },
  });
  onScopeDispose(() => {
    request.abort();
    close();
  });

  const live: LiveAlarms = {
    waiting: computed(() => [...alarms.value.values()].sort(byUrgency)),
    newest,
    connection,
  };
  provide(KEY, live);
  return live;
}

export function useAlarms(): LiveAlarms {
  const live = inject(KEY);
  if (!live) throw new Error('useAlarms: none are provided');
  return live;
}
