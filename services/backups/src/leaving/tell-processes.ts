import type { Queryable } from '@alzette/kit/database';
import type { TableOwners } from '@alzette/kit/table-owners';

const TELL = 'SELECT send_message($1, $2)';

/** Lets all processes read again what they keep in memory, once the transaction has ended. */
export async function tellProcesses(tx: Queryable, owners: readonly TableOwners[]): Promise<void> {
  for (const { channels = [], messages = {}, statements = [] } of owners) {
    for (const text of statements) await tx.query({ text });
    for (const channel of channels) await tx.query({ text: TELL, values: [channel, ''] });
    for (const [channel, message] of Object.entries(messages)) {
      await tx.query({ text: TELL, values: [channel, message] });
    }
  }
}
