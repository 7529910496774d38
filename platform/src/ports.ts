import { createServer } from 'node:net';
import type { Config } from './config.ts';
import { StartError } from './start-error.ts';

const REASONS: { readonly [code: string]: string } = {
  EADDRINUSE:
    'is taken by another program (perhaps by Alzette itself, started before). Stop that one, or choose another port',
  EACCES: 'may not be used without more rights. Choose one above 1023',
  EADDRNOTAVAIL: 'is on no address of this machine. HOST must be one',
};

/** @throws StartError: a port of ours is taken, or may not be had */
export async function checkPorts({ port, mqttPort, mqttsPort, host }: Config): Promise<void> {
  await checkPort('PORT', port, host);
  if (mqttPort !== 0) await checkPort('MQTT_PORT', mqttPort, host);
  if (mqttsPort !== 0) await checkPort('MQTTS_PORT', mqttsPort, host);
}

/**
 * Looks before anything else starts whether a port can be had.
 *
 * @throws StartError: it is taken, or may not be had
 */
function checkPort(setting: string, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      reject(new StartError(`${setting}: port ${port} on ${host} ${REASONS[error.code ?? ''] ?? error.message}`));
    });
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve()));
  });
}
