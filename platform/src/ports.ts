import { createServer } from 'node:net';
import { StartError } from './start-error.ts';

const REASONS: { readonly [code: string]: string } = {
  EADDRINUSE:
    'is taken by another program (perhaps by Alzette itself, started before). Stop that one, or choose another port',
  EACCES: 'may not be used without more rights. Choose one above 1023',
  EADDRNOTAVAIL: 'is on no address of this machine. HOST must be one',
};

/**
 * Looks before anything else starts whether a port can be had.
 *
 * @throws StartError: it is taken, or may not be had
 */
export function checkPort(setting: string, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      reject(new StartError(`${setting}: port ${port} on ${host} ${REASONS[error.code ?? ''] ?? error.message}`));
    });
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve()));
  });
}
