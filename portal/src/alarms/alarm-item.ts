import type { MapItem } from '../entities/map-item.ts';
import type { AlarmSeverity } from './alarm.ts';

interface PlacedAlarm {
  readonly id: string;
  readonly name: string;
  readonly severity: AlarmSeverity;
  readonly status: string;
  /** Longitude, latitude (WGS 84). */
  readonly position?: readonly [number, number];
}

const OVER: ReadonlySet<string> = new Set(['cleared', 'withdrawn', 'closed']);

/** An alarm as drawn on a map; undefined: it has no position. */
export function alarmItem({ id, name, severity, status, position }: PlacedAlarm): MapItem | undefined {
  if (position === undefined) return undefined;
  const item = { id, name, type: 'Alert', state: status, position, observedAt: Date.now() } as const;
  if (OVER.has(status)) return { ...item, severity: 'none', colour: '#1f6f8b' };
  return { ...item, severity: severity === 'critical' || severity === 'high' ? 'alarm' : 'warning' };
}
