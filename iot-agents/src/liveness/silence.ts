import { isGatewayAlert, outagesOf } from './gateway-outage.ts';
import type { Cadences, HeardDevice } from './heard-device.ts';
import { silentAtMs } from './heard-device.ts';

interface FallenDevice {
  readonly device: HeardDevice;
  readonly alert: string;
  readonly gateway?: string;
  /** When it became silent. */
  readonly silentAtMs: number;
}

/** Changes since the last check. */
export interface SilenceChanges {
  /** With their alert; includes devices with an alert of their own that turn out to be part of an outage. */
  readonly silent: readonly FallenDevice[];
  /** Devices that are heard again. */
  readonly back: readonly HeardDevice[];
}

/** The id of a new alert: each outage has its own. */
export function deviceAlertId(name: string, nowMs: number): string {
  return `urn:ngsi-ld:Alert:silent-device:${encodeURIComponent(name)}:${Math.floor(nowMs / 1000)}`;
}

/**
 * Which devices have fallen silent, and which are back. `cadences`: the usual interval in seconds by kind. One alert
 * for each device, but one for a gateway with an outage.
 */
export function silenceChanges(devices: readonly HeardDevice[], cadences: Cadences, nowMs: number): SilenceChanges {
  const isSilent = (device: HeardDevice): boolean => nowMs > silentAtMs(device, cadences);
  const back = devices.filter((device) => device.alert !== undefined && !isSilent(device));
  const fallen = devices.filter((device) => device.alert === undefined && isSilent(device));
  if (fallen.length === 0) return { silent: [], back };

  const outages = outagesOf(devices, cadences, nowMs);
  const silent = devices.filter(isSilent).flatMap((device): FallenDevice[] => {
    const { gateway, alert, name } = device;
    const outage = gateway === undefined ? undefined : outages.get(gateway);
    const silent = { device, silentAtMs: silentAtMs(device, cadences) };
    if (outage?.covers(device)) {
      return alert !== undefined && isGatewayAlert(alert)
        ? []
        : [{ ...silent, alert: outage.alert, gateway: outage.gateway }];
    }
    return alert === undefined ? [{ ...silent, alert: deviceAlertId(name, nowMs) }] : [];
  });
  return { silent, back };
}
