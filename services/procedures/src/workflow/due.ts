import type { Answers, Procedure } from '../contract/contract.ts';
import type { Dossier } from './dossier.ts';

/** What a dossier costs, and whether it is paid. The price may rise after a payment, when the sender corrects an answer. */
export interface Due {
  /** What is still to be paid; once all is paid, what was paid. */
  readonly cents: number;
  readonly isPaid: boolean;
}

/** Undefined: nothing is paid in this state, or it is free. */
export function dueOf(
  procedure: Procedure,
  { stage, paid }: Pick<Dossier, 'stage' | 'paid'>,
  answers: Answers,
): Due | undefined {
  const price = priceOf(procedure, answers);
  if (price === 0 || (paid === undefined && stage !== procedure.payment?.in)) return undefined;
  const rest = price - (paid?.cents ?? 0);
  return rest > 0 ? { cents: rest, isPaid: false } : { cents: paid?.cents ?? 0, isPaid: true };
}

/** Whether an action waits for the payment. What is free waits for nothing. */
export function lacksPayment(procedure: Procedure, { paid }: Pick<Dossier, 'paid'>, answers: Answers): boolean {
  return priceOf(procedure, answers) > (paid?.cents ?? 0);
}

/** In cents. */
function priceOf({ payment }: Procedure, answers: Answers): number {
  if (payment?.field === undefined) return payment?.cents ?? 0;
  const cents = Math.round(Number(answers[payment.field] ?? 0) * 100);
  return Number.isSafeInteger(cents) ? Math.max(0, cents) : 0;
}
