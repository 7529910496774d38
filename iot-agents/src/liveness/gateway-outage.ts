import type { Cadences, HeardDevice } from './heard-device.ts';
import { silentAtMs } from './heard-device.ts';

/** A gateway that takes its devices down with it. */
interface Outage {
  readonly gateway: string;
  readonly alert: string;
  /** Whether a silent device of this gateway is silent for it. */
  covers(device: HeardDevice): boolean;
}

/** When so many devices of a gateway, and nearly all it hears, are overdue together, it is the gateway. */
const LEAST_DEVICES = 3;
const SHARE = 0.8;
/** Reports come a little early or late. */
const OVERDUE = 1.1;

const ALERTS = 'urn:ngsi-ld:Alert:silent-gateway:';

export function gatewayAlertId(gateway: string, nowMs: number): string {
  return `${alertsOf(gateway)}${Math.floor(nowMs / 1000)}`;
}

function alertsOf(gateway: string): string {
  return `${ALERTS}${encodeURIComponent(gateway)}:`;
}

export function isGatewayAlert(alert: string): boolean {
  return alert.startsWith(ALERTS);
}

/**
 * The gateways that are out, by name. Its devices fall silent one after the other, as each was last heard at another time:
 * so it is not asked how many are silent, but how many have missed a report. Those that were silent before the gateway was
 * last heard count for nothing.
 */
export function outagesOf(devices: readonly HeardDevice[], cadences: Cadences, nowMs: number): Map<string, Outage> {
  const outages = new Map<string, Outage>();
  for (const [gateway, own] of byGateway(devices)) {
    const begunMs = lastHeardMs(own);
    const wasAlive = (device: HeardDevice): boolean => silentAtMs(device, cadences) >= begunMs;
    const standing = own.find(({ alert }) => alert?.startsWith(alertsOf(gateway)))?.alert;
    const alive = own.filter(wasAlive);
    const overdue = alive.filter((device) => isOverdue(device, cadences, nowMs));
    if (overdue.length >= LEAST_DEVICES && overdue.length >= alive.length * SHARE) {
      outages.set(gateway, { gateway, alert: standing ?? gatewayAlertId(gateway, nowMs), covers: wasAlive });
    } else if (standing !== undefined) {
      // It is heard again. Who had its last report before and comes late is silent for it still.
      const toldMs = Number(/\d+$/.exec(standing)?.[0]) * 1000;
      const isLate = ({ alert, lastSeenMs }: HeardDevice): boolean => alert === undefined && lastSeenMs < toldMs;
      outages.set(gateway, { gateway, alert: standing, covers: isLate });
    }
  }
  return outages;
}

function byGateway(devices: readonly HeardDevice[]): Map<string, HeardDevice[]> {
  const gateways = new Map<string, HeardDevice[]>();
  for (const device of devices) {
    if (device.gateway === undefined) continue;
    const own = gateways.get(device.gateway);
    if (own === undefined) gateways.set(device.gateway, [device]);
    else own.push(device);
  }
  return gateways;
}

/** By all but the few that an outage leaves, which others may hear. */
function lastHeardMs(devices: readonly HeardDevice[]): number {
  const newestFirst = devices.map(({ lastSeenMs }) => lastSeenMs).sort((one, other) => other - one);
  return newestFirst[Math.floor(devices.length * (1 - SHARE))] ?? 0;
}

function isOverdue(device: HeardDevice, cadences: Cadences, nowMs: number): boolean {
  const cadence = cadences.get(device.kind);
  const silentAfterMs = silentAtMs(device, cadences) - device.lastSeenMs;
  const dueMs = cadence === undefined ? silentAfterMs / 2 : Math.min(cadence * OVERDUE * 1000, silentAfterMs);
  return nowMs - device.lastSeenMs > dueMs;
}
