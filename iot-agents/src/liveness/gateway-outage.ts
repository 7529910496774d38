import type { Cadences, HeardDevice } from './heard-device.ts';
import { silentAtMs } from './heard-device.ts';

/** An outage of a gateway, which silences its devices. */
interface Outage {
  readonly gateway: string;
  readonly alert: string;
  /** Whether the silence of a device of this gateway is explained by the outage. */
  covers(device: HeardDevice): boolean;
}

/** If at least this many devices of a gateway, and nearly all of them, are overdue together, the gateway is out. */
const MIN_DEVICES = 3;
const SHARE = 0.8;
/** Tolerance for reports that come a little early or late. */
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
 * The gateways with an outage, by name. The devices of a gateway fall silent one after the other, because each was last
 * heard at another time. So what counts is how many have missed a report, not how many are silent. Devices that were
 * silent before the gateway was last heard are ignored.
 */
export function outagesOf(devices: readonly HeardDevice[], cadences: Cadences, nowMs: number): Map<string, Outage> {
  const outages = new Map<string, Outage>();
  for (const [gateway, own] of byGateway(devices)) {
    const begunMs = lastHeardMs(own);
    const wasAlive = (device: HeardDevice): boolean => silentAtMs(device, cadences) >= begunMs;
    const standing = own.find(({ alert }) => alert?.startsWith(alertsOf(gateway)))?.alert;
    const alive = own.filter(wasAlive);
    const overdue = alive.filter((device) => isOverdue(device, cadences, nowMs));
    if (overdue.length >= MIN_DEVICES && overdue.length >= alive.length * SHARE) {
      outages.set(gateway, { gateway, alert: standing ?? gatewayAlertId(gateway, nowMs), covers: wasAlive });
    } else if (standing !== undefined) {
      // The gateway is heard again. A device whose last report was before that and which comes late is still part of
      // the outage.
      const alertedMs = Number(/\d+$/.exec(standing)?.[0]) * 1000;
      const isLate = ({ alert, lastSeenMs }: HeardDevice): boolean => alert === undefined && lastSeenMs < alertedMs;
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

/** Ignores the few devices that remain in an outage because other gateways hear them. */
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
