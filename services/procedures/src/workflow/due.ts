import type { Answers, Procedure } from '../contract/contract.ts';
import type { Dossier } from './dossier.ts';

/** What the sender has to pay now, or has paid. Undefined: nothing in this state. */
export function dueOf(
  { payment }: Procedure,
  { stage, paid }: Pick<Dossier, 'stage' | 'paid'>,
  answers: Answers,
): { readonly cents: number } | undefined {
  if (payment === undefined) return undefined;
  if (paid !== undefined) return { cents: paid.cents };
  if (stage !== payment.in) return undefined;
  const euros = payment.field === undefined ? undefined : Number(answers[payment.field] ?? 0);
  const cents = euros === undefined ? (payment.cents ?? 0) : Math.round(euros * 100);
  return Number.isSafeInteger(cents) && cents > 0 ? { cents } : undefined;
}
