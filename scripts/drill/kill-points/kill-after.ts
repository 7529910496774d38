import pg from 'pg';

/**
 * Loaded into a process before its program (`node --import`): after SIGUSR2, it ends the process (SIGKILL) as soon as the database has
 * executed so many more statements that match, before the program learns of it.
 *
 *   KILL_AFTER_PATTERN  a regular expression for the name or text of a statement
 *   the count           is read from the file KILL_AFTER_FILE at the signal
 */
interface Statement {
  readonly name?: string;
  readonly text?: string;
}

interface Client {
  _getActiveQuery(): Statement | null;
  _handleReadyForQuery(message: unknown): void;
}

const { readFileSync } = await import('node:fs');
const { KILL_AFTER_PATTERN = '.', KILL_AFTER_FILE = '' } = process.env;
const pattern = new RegExp(KILL_AFTER_PATTERN, 'i');
const client = pg.Client.prototype as unknown as Client;
const goOn = client._handleReadyForQuery;
let left = Number.POSITIVE_INFINITY;

process.on('SIGUSR2', () => {
  left = Number(readFileSync(KILL_AFTER_FILE, 'utf8'));
});

client._handleReadyForQuery = function handle(this: Client, message) {
  const { name = '', text = '' } = this._getActiveQuery() ?? {};
  if (pattern.test(`${name} ${text}`) && --left <= 0) process.kill(process.pid, 'SIGKILL');
  goOn.call(this, message);
};
