import { connect } from 'node:net';

export interface Address {
  readonly host: string;
  readonly port: number;
}

const TIMEOUT_MS = 30_000;
const MAX_ANSWER_BYTES = 64 * 1024;

/**
 * Sends bytes over a new connection and reads the answer.
 *
 * @param isWhole whether the answer is complete. Default: when the other end closes
 * @throws Error: no connection, no answer, or too long an answer
 */
export function exchange(
  address: Address,
  parts: readonly (Buffer | string)[],
  isWhole: (answer: string) => boolean = () => false,
): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(address);
    const end = (error?: Error) => {
      socket.destroy();
      if (error) reject(error);
      else resolve(answer);
    };
    socket.setTimeout(TIMEOUT_MS, () => end(new Error(`${address.host}:${address.port} did not answer in time`)));
    socket.on('error', end);
    socket.on('end', () => end(answer === '' ? new Error('the connection was closed without an answer') : undefined));
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1');
      if (answer.length > MAX_ANSWER_BYTES) end(new Error('the answer is too long'));
      else if (isWhole(answer)) end();
    });
    socket.on('connect', () => {
      for (const part of parts) socket.write(part);
    });
  });
}
