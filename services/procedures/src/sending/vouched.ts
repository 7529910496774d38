import { vouchedAnswers, vouchedValues } from '../answers/vouched.ts';
import type { GivenDossier, Procedure, Vouched, VouchedFor } from '../contract/contract.ts';
import type { Membership } from '../stored/company-rows.ts';

export interface SignedIn {
  readonly account?: string | undefined;
  readonly vouched?: Vouched | undefined;
  /** The company for which they send a request. */
  readonly company?: Membership | undefined;
}

/** A request in which what the provider vouches for replaces what was written, and which of it that is. */
export function withVouched(
  { form }: Pick<Procedure, 'form'>,
  given: GivenDossier,
  vouched: Vouched | undefined,
): { readonly given: GivenDossier; readonly vouched?: VouchedFor } {
  if (vouched === undefined) return { given };
  const values = vouchedValues(vouched.claims);
  const answers = vouchedAnswers(
    form.sections.flatMap(({ fields }) => fields),
    values,
  );
  const { name, email } = values;
  const applicant = { ...given.applicant, ...(name && { name }), ...(email && { email }) };
  const fields = [...(name ? ['applicant.name'] : []), ...(email ? ['applicant.email'] : []), ...Object.keys(answers)];
  return {
    given: { ...given, applicant, answers: { ...given.answers, ...answers } },
    ...(fields.length > 0 && { vouched: { by: vouched.by, at: vouched.at, fields } }),
  };
}

/** A request in whose applicant is the company that somebody acts for, and whether a provider vouches for that. */
export function withCompany(
  { given, vouched }: ReturnType<typeof withVouched>,
  { vouched: signedIn, company }: SignedIn,
): ReturnType<typeof withVouched> {
  if (company === undefined) return { given, ...(vouched && { vouched }) };
  const applicant = { ...given.applicant, kind: 'company' as const, forName: `${company.name} (${company.number})` };
  const { checkedBy: by } = company;
  const fields = [...(vouched?.fields ?? []), 'applicant.forName'];
  const isChecked = by !== undefined && (signedIn === undefined || signedIn.by === by);
  return {
    given: { ...given, applicant },
    ...(isChecked ? { vouched: { by, at: vouched?.at ?? company.foundedAt, fields } } : vouched && { vouched }),
  };
}

/** Answers in which what is vouched for stays as it was. */
export function keepingVouched<A extends object>(before: A, after: A, vouched: VouchedFor | undefined): A {
  const kept = Object.entries(before).filter(([id]) => vouched?.fields.includes(id));
  return { ...after, ...Object.fromEntries(kept) };
}
