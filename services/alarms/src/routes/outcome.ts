import { Problem } from '@alzette/kit/problems';
import { NgsiLdClientError } from '@alzette/ngsi-ld-schemas/client';

/** What became of one act among several. */
interface ActOutcome {
  readonly outcome: 'done' | 'unchanged' | 'refused';
  /** Of what was refused. */
  readonly status?: number;
  readonly detail?: string;
}

/** Does one act among several: what is refused is told, what nobody foresaw ends them all. */
export async function outcomeOf(act: () => Promise<{ readonly isChanged: boolean }>): Promise<ActOutcome> {
  try {
    return { outcome: (await act()).isChanged ? 'done' : 'unchanged' };
  } catch (error) {
    if (error instanceof Problem && error.status < 500) {
      return { outcome: 'refused', status: error.status, detail: error.message };
    }
    if (error instanceof NgsiLdClientError && error.status < 500) {
      return { outcome: 'refused', status: error.status, detail: error.problem.detail };
    }
    throw error;
  }
}
