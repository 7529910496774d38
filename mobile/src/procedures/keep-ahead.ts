import type { PublicProcedure } from '@alzette/procedures/contract';
import { fetchIfOlder, keptAnswer } from '../citizen/kept-answers.ts';

export const PROCEDURES_PATH = '/procedures';
export const procedurePath = (id: string) => `/procedures/${encodeURIComponent(id)}`;
const RENEW_MS = 3_600_000;

/** Stores the procedures with their forms, so that each can be begun without a network. */
export async function keepProceduresAhead(): Promise<void> {
  await fetchIfOlder(PROCEDURES_PATH, RENEW_MS);
  const known = await keptAnswer<{ readonly procedures: readonly PublicProcedure[] }>(PROCEDURES_PATH);
  for (const { id } of known?.procedures ?? []) await fetchIfOlder(procedurePath(id), RENEW_MS);
}
