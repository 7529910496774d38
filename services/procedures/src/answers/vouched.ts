import type { Field } from '../contract/form.ts';

/** What an OpenID provider vouches for about a person, by the purposes of HTML's `autocomplete`. */
export type VouchedValues = { readonly [purpose in NonNullable<Field['autocomplete']>]?: string };

/** @param claims of the provider; a name needs both of its parts */
export function vouchedValues({
  givenName,
  familyName,
  birthDate,
  email,
}: {
  readonly givenName?: string | undefined;
  readonly familyName?: string | undefined;
  readonly birthDate?: string | undefined;
  readonly email?: string | undefined;
}): VouchedValues {
  return {
    ...(givenName !== undefined && { 'given-name': givenName }),
    ...(familyName !== undefined && { 'family-name': familyName }),
    ...(givenName !== undefined && familyName !== undefined && { name: `${givenName} ${familyName}` }),
    ...(birthDate !== undefined && { bday: birthDate }),
    ...(email !== undefined && { email }),
  };
}

/** The fields whose answers are vouched for, with these. Those of rows may be about others. */
export function vouchedAnswers(fields: readonly Field[], values: VouchedValues): { [field: string]: string } {
  const found: { [field: string]: string } = {};
  for (const { id, kind, autocomplete, maxLength = 200 } of fields) {
    const value = autocomplete && values[autocomplete];
    const isOfKind = kind === (autocomplete === 'bday' ? 'date' : autocomplete === 'email' ? 'email' : 'text');
    if (value !== undefined && isOfKind && value.length <= maxLength) found[id] = value;
  }
  return found;
}
