import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DEFAULT_SETTINGS } from '../store/settings.ts';
import { inspectText, maskText } from './words.ts';

describe('findings in a text, for the moderator', () => {
  const table: [text: string, findings: string[]][] = [
    ['Un trou devant le 12', []],
    ['La voiture AB-123-CD gêne', ['plate']],
    ['Une Clio 123 ABC 57', ['plate']],
    ['Appelez le 03 82 00 00 00', ['phone']],
    ['Écrire à eve@example.org', ['email']],
    ['Quel SALAUD a fait ça', ['word']],
    ['Le conteneur est plein', []],
    ['C’est cassé…là, 3.5 m de long, p. ex. devant les habitant·es', []],
    ['Regardez evil.app', ['link']],
    ['Regardez evil\u3002io', ['link']],
    ['Regardez evil\u2024dev', ['link']],
    ['Regardez ｅｖｉｌ．ａｐｐ', ['link']],
    ['Regardez e\u200bvil.\u2060app', ['link']],
    ['Regardez пример.рф', ['link']],
    ['Appelez le ０３ ８２ ００ ００ ００', ['phone']],
    ['La voiture AB\u200b-123-\u00adCD gêne', ['plate']],
    ['Écrire à eve＠example.org', ['email']],
    ['Quel sa\u200dlaud', ['word']],
    ['La voiture ab-123-cd gêne', ['plate']],
    ['Le camion AB 1234 du Luxembourg', ['plate']],
    ['Der Wagen MZG-AB 123 parkt hier', ['plate']],
    ['Der Wagen M-X 9E parkt hier', ['plate']],
    ['Une belge 1-ABC-123 gare là', ['plate']],
    ['Une belge ABC-123 gare là', ['plate']],
    ['TROU RUE DU 19 MARS, PLACE DE 1945', []],
    ['au 123 de la rue, RD 952', []],
    ['Rufft mech um 621 123 456 un', ['phone']],
    ['Tel. 0681/1234567', ['phone']],
    ['So ein arschloch', ['word']],
    ['Esou en Aarschlach', ['word']],
    ['You son of a bitch', ['word']],
  ];
  for (const [text, findings] of table) {
    test(`${text}: ${findings.join() || 'nothing'}`, () =>
      assert.deepEqual(inspectText(text, 'description', DEFAULT_SETTINGS), findings));
  }

  test('the text for everybody is without what is found, and else as it was written', () => {
    const safe = (text: string) => maskText(text, DEFAULT_SETTINGS);
    assert.equal(
      safe('Ce salaud garé (AB-123-CD), 03 82 00 00 00 ou eve.x@example.org, a crié « Son of a bitch »'),
      'Ce […] garé ([…]), […] ou […], a crié « […] »',
    );
    assert.equal(safe('voir https://evil.app/a?b=c et e\u200bvil.\u2060app.'), 'voir […] et […].');
    const plain = 'C’est cassé…là, 3.5 m de long, ½ du trottoir, Salaudière';
    assert.equal(safe(plain), plain);
  });

  test('a link or a refused word is refused, with its field', () => {
    const refused = (text: string) => () => inspectText(text, 'description', DEFAULT_SETTINGS);
    assert.throws(refused('voir www.example.com'), /description: got .*expected a text without links/);
    for (const hidden of [
      'evil\u3002com',
      'evil\uff0ecom',
      'e\u200bvil.c\u2060om',
      'h\u200bttps://x',
      'evil\ufe52com',
    ]) {
      assert.throws(refused(`voir ${hidden}`), /expected a text without links/, hidden);
    }
    assert.throws(refused('Gagnez au casino'), /without “casino”/);
    assert.throws(refused('Gagnez au ca\u200bsino'), /without “casino”/);
  });
});
