import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DEFAULT_SETTINGS } from '../store/settings.ts';
import { inspectText } from './words.ts';

describe('findings in a text, for the moderator', () => {
  const table: [text: string, findings: string[]][] = [
    ['Un trou devant le 12', []],
    ['La voiture AB-123-CD gêne', ['plate']],
    ['Une Clio 123 ABC 57', ['plate']],
    ['Appelez le 03 82 00 00 00', ['phone']],
    ['Écrire à eve@example.org', ['email']],
    ['Quel SALAUD a fait ça', ['word']],
    ['Le conteneur est plein', []],
  ];
  for (const [text, findings] of table) {
    test(`${text}: ${findings.join() || 'nothing'}`, () =>
      assert.deepEqual(inspectText(text, 'description', DEFAULT_SETTINGS), findings));
  }

  test('a link or a refused word is refused, with its field', () => {
    const refused = (text: string) => () => inspectText(text, 'description', DEFAULT_SETTINGS);
    assert.throws(refused('voir www.example.com'), /description: got .*expected a text without links/);
    assert.throws(refused('Gagnez au casino'), /without “casino”/);
  });
});
