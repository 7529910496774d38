import { refused } from '@alzette/kit/problems';
import { compact, isLuxembourgVat, isSiren, isSiret } from '../answers/check-digits.ts';

/** The number of a company: an establishment's (SIRET) has its company's in it. @throws Problem 400 */
export function companyNumber(written: string): string {
  const number = compact(written);
  if (isSiren(number) || isLuxembourgVat(number)) return number;
  if (isSiret(number)) return number.slice(0, 9);
  throw refused(
    'number',
    written,
    'a SIREN of 9 digits, a SIRET of 14, or a VAT number such as LU15027442, with its check digits',
  );
}

/** The company of an establishment that a provider vouches for. Undefined: it is none. */
export function companyOfSiret(siret: string | undefined): string | undefined {
  const number = compact(siret ?? '');
  return isSiret(number) ? number.slice(0, 9) : undefined;
}
