import { createServer } from 'node:net';

/** A port that another program holds. */
export class PortTakenError extends Error {
  constructor(setting: string, port: number, host: string) {
    super(
      `${setting}: port ${port} on ${host} is taken by another program (perhaps by Alzette itself, started before). ` +
        `Stop that program, or set ${setting} to a free port`,
    );
    this.name = 'PortTakenError';
  }
}

/**
 * Looks before anything else starts whether a port can be had.
 *
 * @throws PortTakenError
 */
export function checkPort(setting: string, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') return reject(new PortTakenError(setting, port, host));
      const reason =
        error.code === 'EACCES' ? 'may not be used without more rights' : `can't be used: ${error.message}`;
      reject(new Error(`${setting}: port ${port} on ${host} ${reason}`));
    });
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve()));
  });
}
