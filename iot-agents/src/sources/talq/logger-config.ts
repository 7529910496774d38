import { createHash } from 'node:crypto';
import type { Outgoing } from '../../outgoing/outgoing.ts';
import { sendTalq } from './talq-request.ts';
import type { TalqSource } from './talq-source.ts';

/** What the gateway should report by itself: events, and what it considers worth reporting, both immediately. */
export function loggerConfigs({ id, from: { clientAddress } }: Pick<TalqSource, 'id' | 'from'>): LoggerConfig[] {
  const common = {
    ownerCMS: clientAddress,
    sourceAddresses: { blackList: [] },
    reportingMode: { type: 'ImmediateReportingMode', delay: 5 },
  };
  return [
    {
      address: addressOf(`${id} events`),
      ...common,
      recordingMode: { type: 'EventRecordingMode', sourceEvents: { blackList: [] } },
    },
    { address: addressOf(`${id} measures`), ...common, recordingMode: { type: 'VendorRecordingMode' } },
  ];
}

interface LoggerConfig {
  readonly address: string;
  readonly ownerCMS: string;
  readonly sourceAddresses: object;
  readonly recordingMode: object;
  readonly reportingMode: object;
}

/** Configures a logger of the gateway, which may already exist. @throws SourceError */
export async function configureLogger(
  outgoing: Outgoing,
  source: Pick<TalqSource, 'from'>,
  config: LoggerConfig,
  signal: AbortSignal,
): Promise<void> {
  await sendTalq(outgoing, source, 'POST', 'logger-configs', config, signal, { accepted: [201, 409] });
}

/** A stable address, so that a gateway has each logger only once. */
function addressOf(name: string): string {
  const hash = createHash('sha256').update(`talq logger ${name}`).digest('hex');
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-4${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}
