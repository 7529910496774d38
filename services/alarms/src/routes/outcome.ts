import { Problem } from '@alzette/kit/problems';
import { NgsiLdClientError } from '@alzette/ngsi-ld-schemas/client';
import type { ActOutcome } from '../contract/contract.ts';

/** Applies one act among several. A refusal becomes its outcome; an unexpected error ends all of them. */
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
