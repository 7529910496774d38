import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { REASONS } from '@alzette/kit/reasons';
import type { ToldProblem } from '@alzette/web/asking';
import { createI18n } from 'vue-i18n';
import { BASE } from '../../i18n/base.ts';
import { LOCALES, type Locale } from '../../i18n/locales.ts';
import { tellProblem, type Words } from './tell-problem.ts';

const SRC = fileURLToPath(new URL('../..', import.meta.url));
/** The error types of NGSI-LD, ETSI GS CIM 009 5.5.2. */
const NGSI_LD = [
  ...[
    'InvalidRequest',
    'BadRequestData',
    'AlreadyExists',
    'OperationNotSupported',
    'ResourceNotFound',
    'InternalError',
  ],
  ...['TooComplexQuery', 'TooManyResults', 'LdContextNotAvailable', 'NonexistentTenant', 'Conflict'],
];
const STATUSES = [400, 401, 403, 404, 409, 410, 412, 413, 415, 422, 429, 500, 502, 503, 504];
const BLANK = { type: 'about:blank', title: 'Bad', status: 400, detail: '' } as const;

const problems: ToldProblem[] = [
  ...REASONS.map((kind) => ({ ...BLANK, reason: { kind, from: 1, to: 9, allowed: ['a', 'b'] } })),
  ...REASONS.map((kind) => ({ ...BLANK, reason: { kind, field: 'limits.0.name', to: 9, allowed: ['a'] } })),
  ...(['number', 'length', 'count'] as const).map((kind) => ({ ...BLANK, reason: { kind, from: 1 } })),
  ...NGSI_LD.map((type) => ({ ...BLANK, type: `https://uri.etsi.org/ngsi-ld/errors/${type}` })),
  ...STATUSES.map((status) => ({ ...BLANK, status })),
  { type: 'about:blank', title: 'No answer', detail: '' },
];

async function wordsOf(locale: Locale): Promise<Words> {
  const { messages } = await BASE[locale]();
  const i18n = createI18n({ legacy: false, locale, messages: { [locale]: messages as never }, missingWarn: false });
  return i18n.global as unknown as Words; // its own types follow the messages
}

describe('a refusal is told in the language of its reader', () => {
  for (const locale of LOCALES) {
    test(`${locale}: each kind, error type and status has its sentence`, async () => {
      const words = await wordsOf(locale);
      for (const problem of problems) {
        const told = tellProblem(problem, words);
        assert.match(told, /^[A-ZÀ-ÿD].*[.:).…]$/u, JSON.stringify(problem));
        assert.doesNotMatch(told, /problem\.|undefined|\{|about:blank|Bad/, JSON.stringify(problem));
      }
    });
  }

  test('the words of the server are marked as such, and left out where the kind says all', async () => {
    const french = await wordsOf('fr');
    const detail = 'name: got "x", expected a text of 2 to 9 characters';
    const named = { ...BLANK, detail, reason: { kind: 'length', field: 'name', from: 2, to: 9 } } as const;
    assert.equal(tellProblem(named, french), 'Nom : Le texte doit avoir de 2 à 9 caractères.');
    const unnamed = { ...BLANK, detail, reason: { kind: 'value', field: 'rows.0.zz' } } as const;
    assert.equal(
      tellProblem(unnamed, french),
      `La valeur n’est pas acceptée. Le serveur l’a dit en anglais : « ${detail} »`,
    );
    assert.equal(tellProblem({ ...BLANK, said: 'Ce n’est pas un nombre.' }, french), 'Ce n’est pas un nombre.');
  });

  test('no page shows the English of the server as it is', () => {
    const raw = /(problem|toProblem\([^)]*\)|refused(\[0\])?)\)?\??\.(value\??\.)?detail|cause\.message\b/;
    const told = ['kit/problem/', 'kit/states/', 'kit/resource/ResourceForm.vue'];
    const found = globSync('**/*.{vue,ts}', { cwd: SRC })
      .filter((file) => !file.endsWith('.test.ts') && !told.some((part) => file.startsWith(part)))
      .filter((file) => {
        const text = readFileSync(SRC + file, 'utf8').replaceAll(/refusalOf\([^)]*\)/g, '');
        return raw.test(text);
      });
    assert.deepEqual(found.sort(), [
      'features/operations/offline/send-acts.ts',
      'features/operations/offline/waiting-acts.ts',
      'features/sources/first-rows.ts',
    ]);
  });
});
