import type { DownlinkRoute } from '../commands/downlink.ts';
import { rememberRoutes, routeOf } from '../commands/downlink.ts';
import type { Database } from '../database.ts';
import type { Connections } from '../devices/connection.ts';
import type { Admitted } from './outcome.ts';

/** Stores the routes for downlinks, learned from uplinks. */
export interface DownlinkRoutes {
  /** Rejects if the database does not answer. */
  learn(frames: readonly Admitted[]): Promise<void>;
  /** Another process may have learned newer ones. */
  forget(): void;
}

export function createDownlinkRoutes(db: Database, connections: Pick<Connections, 'of'>): DownlinkRoutes {
  const known = new Map<string, DownlinkRoute>();
  return {
    forget: () => known.clear(),
    async learn(frames) {
      const changed = new Map<string, DownlinkRoute>();
      for (const { stored, frame, device, profile } of frames) {
        if (profile.commands.size === 0 || frame.kind !== 'data') continue;
        const route = routeOf(stored.topic, frame, connections.of(stored.topic));
        if (route === undefined) continue;
        const before = known.get(device.devEui);
        if (before?.topic !== route.topic || before.fPort !== route.fPort) changed.set(device.devEui, route);
      }
      if (changed.size === 0) return;
      await rememberRoutes(db, changed);
      for (const [devEui, route] of changed) known.set(devEui, route);
    },
  };
}
