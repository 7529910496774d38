import { type RouteLocationRaw, useRouter } from 'vue-router';
import type { Alarm } from './alarm.ts';

/** The target of an alarm's link: its own page if it has one, or the page of its entity. */
export function useAlarmPlace(): (alarm: Alarm) => RouteLocationRaw {
  const router = useRouter();
  return ({ id, about }) => {
    if (router.hasRoute('alarms')) return { name: 'alarms', query: { alarm: id } };
    if (router.hasRoute('entity')) return { name: 'entity', params: { id: about ?? id } };
    return { path: '/' };
  };
}
