import { isGatewayAlert, outagesOf } from './gateway-outage.ts';
import type { Cadences, HeardDevice } from './heard-device.ts';
import { silentAtMs } from './heard-device.ts';

interface FallenDevice {
  readonly device: HeardDevice;
  readonly alert: string;
  readonly gateway?: string;
  /** When it should have been heard at the latest. */
  readonly silentAtMs: number;
}

/** What changes in who is silent. */
export interface SilenceChanges {
  /** With the alert that tells of it; also who had one of its own and turns out to be a gateway's. */
  readonly silent: readonly FallenDevice[];
  /** Heard again. */
  readonly back: readonly HeardDevice[];
}

/** Of an alert by itself: each outage is one of its own. */
export function deviceAlertId(name: string, nowMs: number): string {
  return `urn:ngsi-ld:Alert:silent-device:${encodeURIComponent(name)}:${Math.floor(nowMs / 1000)}`;
}

/**
 * Who has fallen silent and who is back. `cadences`: seconds between the reports of a kind's devices, usually. One alert
 * for each device, but one for a gateway that is out.
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
    const told = { device, silentAtMs: silentAtMs(device, cadences) };
    if (outage?.covers(device)) {
      return alert !== undefined && isGatewayAlert(alert)
        ? []
        : [{ ...told, alert: outage.alert, gateway: outage.gateway }];
    }
    return alert === undefined ? [{ ...told, alert: deviceAlertId(name, nowMs) }] : [];
  });
  return { silent, back };
}
