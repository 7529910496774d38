import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  compact,
  isDay,
  isGermanVat,
  isIban,
  isLuxembourgVat,
  isMatricule,
  isParcel,
  isRcs,
  isRna,
  isSiren,
  isSiret,
  verhoeff,
} from './check-digits.ts';

const CHECKS = { isSiren, isSiret, isRna, isIban, isLuxembourgVat, isMatricule, isRcs, isGermanVat, isParcel };
// Published numbers: INSEE's examples, La Poste, ECBS's IBANs, python-stdnum's VAT numbers, Wikipedia's Verhoeff example.
const VALID = {
  isSiren: ['732829320', '356000000', '552100554'],
  isSiret: ['73282932000074', '35600000049837', '35600000000048'],
  isRna: ['W572000123'],
  isIban: ['LU280019400644750000', 'FR1420041010050500013M02606', 'DE89370400440532013000', 'GB29NWBK60161331926819'],
  isLuxembourgVat: ['LU15027442', 'LU13669580'],
  isMatricule: ['1893120105732'],
  isRcs: ['B123456', 'F7'],
  isGermanVat: ['DE136695976', 'DE811907980'],
  isParcel: ['57038000AB0012', '2A0040000A0123'],
} as const;

test('numbers with check digits are recognised, and one wrong digit is noticed', () => {
  for (const [name, numbers] of Object.entries(VALID)) {
    const check = CHECKS[name as keyof typeof VALID];
    for (const number of numbers) assert.ok(check(number), `${name} ${number}`);
  }
  for (const name of ['isSiren', 'isIban', 'isLuxembourgVat', 'isMatricule', 'isGermanVat'] as const) {
    const [number] = VALID[name];
    const last = Number(number.at(-1));
    for (let other = 0; other < 10; other += 1) {
      if (other !== last) assert.ok(!CHECKS[name](number.slice(0, -1) + other), `${name} ${number} ends in ${other}`);
    }
  }
});

test('other lengths, letters and days that do not exist are refused', () => {
  assert.ok(!isSiret('73282932000075'), 'wrong check digit');
  assert.ok(!isSiret('12345678900074'), 'the company is wrong');
  assert.ok(!isIban('LU28001940064475000'), 'too short for Luxembourg');
  assert.ok(!isMatricule('1893130105732'), 'month 13');
  assert.ok(!isRna('57200012'), 'without W');
  assert.ok(!isDay('2026-02-29'), 'no leap year');
  assert.ok(isDay('2028-02-29'), 'a leap year');
  assert.equal(verhoeff('2363'), 0, '236 has the check digit 3');
  assert.equal(compact('732 829 320'), '732829320');
});
