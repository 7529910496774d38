import { type RouteLocationRaw, useRouter } from 'vue-router';
import type { Alarm } from './alarm.ts';

/** Where an alarm leads: its own page where there is one, else the page of what it is about. */
export function useAlarmPlace(): (alarm: Alarm) => RouteLocationRaw {
  const router = useRouter();
  return ({ id, about }) => {
    if (router.hasRoute('alarms')) return { name: 'alarms', query: { alarm: id } };
    if (router.hasRoute('entity')) return { name: 'entity', params: { id: about ?? id } };
    return { path: '/' };
  };
}
