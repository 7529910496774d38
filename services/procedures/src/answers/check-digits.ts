/*
 * Numbers with check digits. Pure, so that the browser checks as the server does. The library `stdnum` has most of them, but
 * not the Luxembourg matricule, and a browser would load all of its 200 countries.
 */

/** The number without the spaces, dots and hyphens with which people group it, in capitals. */
export function compact(text: string): string {
  return text.replace(/[\s.\-/]/g, '').toUpperCase();
}

/** The remainder of the Luhn sum: 0 for a number whose last digit is its check digit. */
function luhn(digits: string): number {
  let sum = 0;
  for (let i = 0; i < digits.length; i += 1) {
    const digit = Number(digits[digits.length - 1 - i]);
    const doubled = i % 2 === 0 ? digit : digit * 2;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10;
}

/** A French company: Luhn over nine digits. */
export function isSiren(text: string): boolean {
  return /^\d{9}$/.test(text) && luhn(text) === 0;
}

const LA_POSTE = '356000000';

/** A French establishment. Those of La Poste have a sum of digits that is a multiple of five. */
export function isSiret(text: string): boolean {
  if (!/^\d{14}$/.test(text) || !isSiren(text.slice(0, 9))) return false;
  if (luhn(text) === 0) return true;
  return text.startsWith(LA_POSTE) && [...text].reduce((sum, digit) => sum + Number(digit), 0) % 5 === 0;
}

export function isRna(text: string): boolean {
  return /^W\d{9}$/.test(text);
}

/** ISO 13616: the letters as numbers from 10 on, the country at the end, and the rest of a division by 97. */
export function isIban(text: string): boolean {
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(text)) return false;
  const length = IBAN_LENGTHS[text.slice(0, 2)];
  if (length !== undefined && text.length !== length) return false;
  const moved = text.slice(4) + text.slice(0, 4);
  let rest = 0;
  for (const char of moved) {
    const number = Number.parseInt(char, 36);
    rest = (rest * (number > 9 ? 100 : 10) + number) % 97;
  }
  return rest === 1;
}
/** Of the countries around; of others only the check digits are known. */
const IBAN_LENGTHS: { readonly [country: string]: number } = {
  AT: 20,
  BE: 16,
  CH: 21,
  DE: 22,
  ES: 24,
  FR: 27,
  IT: 27,
  LU: 20,
  NL: 18,
  PT: 25,
};

/** LU and eight digits: the last two are the first six modulo 89. */
export function isLuxembourgVat(text: string): boolean {
  return /^LU\d{8}$/.test(text) && Number(text.slice(2, 8)) % 89 === Number(text.slice(8));
}

/** A Luxembourg person: day of birth, three digits, a Luhn and a Verhoeff digit, both over the first eleven. */
export function isMatricule(text: string): boolean {
  if (!/^\d{13}$/.test(text) || !isDay(`${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6, 8)}`)) return false;
  const first = text.slice(0, 11);
  return luhn(first + text[11]) === 0 && verhoeff(first + text[12]) === 0;
}

/** The letter says the kind, the number has no check digit. */
export function isRcs(text: string): boolean {
  return /^[A-Z]\d{1,6}$/.test(text);
}

/** DE and nine digits, ISO 7064 mod 11,10. */
export function isGermanVat(text: string): boolean {
  if (!/^DE[1-9]\d{8}$/.test(text)) return false;
  let product = 10;
  for (const digit of text.slice(2, 10)) {
    const sum = (Number(digit) + product) % 10 || 10;
    product = (sum * 2) % 11;
  }
  return (11 - product) % 10 === Number(text[10]);
}

/** Commune (INSEE), prefix, section and number of a parcel. */
export function isParcel(text: string): boolean {
  return /^(\d{5}|2[AB]\d{3})\d{3}[0-9A-Z]{2}\d{4}$/.test(text);
}

/** Whether it is a day of the calendar. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return Number.isFinite(time) && new Date(time).toISOString().startsWith(text);
}

/** The permutation whose powers the Verhoeff scheme applies to the places. */
const PERMUTATION = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];

/** The dihedral group of ten elements: 0–4 turn, 5–9 mirror. */
function dihedral(a: number, b: number): number {
  if (a < 5) return b < 5 ? (a + b) % 5 : ((a + b) % 5) + 5;
  return b < 5 ? ((a - b + 5) % 5) + 5 : (a - b + 5) % 5;
}

/** 0 for a number whose last digit is its Verhoeff check digit. */
export function verhoeff(digits: string): number {
  let check = 0;
  for (let place = 0; place < digits.length; place += 1) {
    let digit = Number(digits[digits.length - 1 - place]);
    for (let power = 0; power < place % 8; power += 1) digit = PERMUTATION[digit] ?? 0;
    check = dihedral(check, digit);
  }
  return check;
}
