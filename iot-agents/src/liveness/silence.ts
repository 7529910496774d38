/** A device as it was last heard. */
export interface HeardDevice {
  readonly devEui: string;
  readonly tenant: string;
  readonly profile: string;
  readonly lastSeenMs: number;
  readonly gateway: string | undefined;
  /** Seconds after which its profile calls it silent; else its kind's cadence decides. */
  readonly silentAfterS: number | undefined;
  /** The alert that tells of its silence. */
  readonly alert: string | undefined;
}

export interface FallenDevice {
  readonly device: HeardDevice;
  readonly alert: string;
  readonly gateway?: string;
  /** When it should have been heard at the latest. */
  readonly silentAtMs: number;
}

/** What changes in who is silent. */
export interface SilenceChanges {
  /** With the alert that tells of it. */
  readonly silent: readonly FallenDevice[];
  /** Heard again. */
  readonly back: readonly HeardDevice[];
}

/** A device may miss two reports before it is called silent, and is never called so within ten minutes. */
const MISSED_REPORTS = 3;
const LEAST_S = 600;
/** When so many devices of a gateway, and nearly all it hears, fall silent together, it is the gateway. */
const GATEWAY_DEVICES = 3;
const GATEWAY_SHARE = 0.8;

/** Of an alert by itself: each outage is one of its own. */
export function deviceAlertId(devEui: string, nowMs: number): string {
  return `urn:ngsi-ld:Alert:silent-device:${devEui}:${Math.floor(nowMs / 1000)}`;
}

export function gatewayAlertId(gateway: string, nowMs: number): string {
  return `${gatewayAlerts(gateway)}${Math.floor(nowMs / 1000)}`;
}

function gatewayAlerts(gateway: string): string {
  return `urn:ngsi-ld:Alert:silent-gateway:${encodeURIComponent(gateway)}:`;
}

/**
 * Who has fallen silent and who is back. `cadences`: seconds between the reports of a profile's devices, usually. One
 * alert for each device, but one for a gateway of which nearly all devices are silent and were heard until the same time.
 */
export function silenceChanges(
  devices: readonly HeardDevice[],
  cadences: ReadonlyMap<string, number>,
  nowMs: number,
): SilenceChanges {
  const silentAtMs = (device: HeardDevice): number => {
    const cadence = cadences.get(device.profile);
    const learned = cadence === undefined ? Number.POSITIVE_INFINITY : Math.max(LEAST_S, cadence * MISSED_REPORTS);
    return device.lastSeenMs + (device.silentAfterS ?? learned) * 1000;
  };
  const isSilent = (device: HeardDevice): boolean => nowMs > silentAtMs(device);
  const back = devices.filter((device) => device.alert !== undefined && !isSilent(device));
  const fallen = devices.filter((device) => device.alert === undefined && isSilent(device));
  if (fallen.length === 0) return { silent: [], back };

  const down = new Map<string, string>();
  for (const gateway of new Set(fallen.map((device) => device.gateway))) {
    if (gateway === undefined) continue;
    const heard = devices.filter((device) => device.gateway === gateway);
    const silent = heard.filter(isSilent);
    if (silent.length >= GATEWAY_DEVICES && silent.length >= heard.length * GATEWAY_SHARE) {
      // Those that fall silent later are of the same outage.
      const standing = silent.find(({ alert }) => alert?.startsWith(gatewayAlerts(gateway)))?.alert;
      down.set(gateway, standing ?? gatewayAlertId(gateway, nowMs));
    }
  }
  const silent = fallen.map((device) => {
    const { gateway, devEui } = device;
    const alert = gateway === undefined ? undefined : down.get(gateway);
    const fallen = { device, silentAtMs: silentAtMs(device) };
    return gateway !== undefined && alert !== undefined
      ? { ...fallen, alert, gateway }
      : { ...fallen, alert: deviceAlertId(devEui, nowMs) };
  });
  return { silent, back };
}
