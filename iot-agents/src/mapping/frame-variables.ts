import type { UplinkFrame } from '../frames/uplink-frame.ts';

/** The variable `frame` in expressions. */
interface FrameVariables {
  readonly time: string;
  readonly receivedAt: string;
  readonly fPort: number | null;
  readonly fCnt: number | null;
  /** dBm and dB at the gateway with the best reception. */
  readonly rssi: number | null;
  readonly snr: number | null;
  readonly gatewayId: string | null;
  readonly spreadingFactor: number | null;
  readonly lns: string;
  readonly deviceId: string;
  readonly deviceName: string | null;
  readonly applicationId: string | null;
  readonly tags: Readonly<Record<string, string>>;
}

export function frameVariables(frame: UplinkFrame): FrameVariables {
  return {
    time: frame.time,
    receivedAt: frame.receivedAt,
    fPort: frame.fPort,
    fCnt: frame.fCnt,
    rssi: frame.best?.rssi ?? null,
    snr: frame.best?.snr ?? null,
    gatewayId: frame.best?.gatewayId ?? null,
    spreadingFactor: frame.spreadingFactor ?? null,
    lns: frame.lns,
    deviceId: frame.deviceId,
    deviceName: frame.deviceName ?? null,
    applicationId: frame.applicationId ?? null,
    tags: frame.tags ?? {},
  };
}
