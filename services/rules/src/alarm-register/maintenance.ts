import { liesIn } from '../evaluate/area.ts';
import type { Maintenance } from './alarm-port.ts';
import type { EntityFacts } from './book-alarm.ts';

/** The maintenance that covers an entity at a time. */
export function maintenanceOf(
  windows: readonly Maintenance[],
  { id, type, scope, location }: EntityFacts,
  at: number,
): Maintenance | undefined {
  return windows.find((window) => {
    if (at < window.from || at >= window.to) return false;
    if (window.entities !== undefined && !window.entities.includes(id)) return false;
    if (window.types !== undefined && !window.types.includes(type)) return false;
    if (window.scope !== undefined && !scope.some((each) => isBelow(each, window.scope as string))) return false;
    return window.area === undefined || (location !== undefined && liesIn(location, window.area) === true);
  });
}

function isBelow(scope: string, above: string): boolean {
  return scope === above || scope.startsWith(above.endsWith('/') ? above : `${above}/`);
}
