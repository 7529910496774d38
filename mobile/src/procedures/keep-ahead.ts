import { fetchIfOlder, keptAnswer } from '../citizen/kept-answers.ts';
import { procedures } from '../citizen/paths.ts';

export const PROCEDURES_PATH = procedures.list();
export const procedurePath = (id: string) => procedures.one({ params: { id } });
const RENEW_MS = 3_600_000;

/** Stores the procedures with their forms, so that each can be begun without a network. */
export async function keepProceduresAhead(): Promise<void> {
  await fetchIfOlder(PROCEDURES_PATH, RENEW_MS);
  const known = await keptAnswer(PROCEDURES_PATH);
  for (const { id } of known?.procedures ?? []) await fetchIfOlder(procedurePath(id), RENEW_MS);
}
