import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KeptScenario } from '@alzette/decisions/contract';
import { pollOf } from './poll.ts';

const WORDS = (fr: string) => ({ fr, en: fr, de: fr, lb: fr });

test('a poll asks for one of the variants of a scenario, or that nothing changes, and says their first figures', () => {
  const outputs = (...values: number[]) => values.map((value, at) => ({ id: `o${at}`, value }));
  const kept = {
    scenario: { title: 'Arbres', question: ' ', variants: [{ name: '100 *arbres*' }, { name: 'x'.repeat(200) }] },
    model: {
      levers: [{ id: 'l0', unit: 'tree' }],
      equations: [
        { id: 'e1', unit: 'share' },
        { id: 'e2', unit: 'EUR' },
        { id: 'e3', unit: 'kWh' },
      ],
      outputs: ['l0', 'e1', 'e2', 'e3'].map((is, at) => ({ id: `o${at}`, is, title: WORDS(`Sortie ${at}`) })),
    },
    result: { today: { outputs: outputs(0, 0.1, 0, 4) }, variants: [{ outputs: outputs(100, 0.25, 7, 4) }] },
  } as unknown as KeptScenario;
  const { document, ...item } = pollOf(kept, 'thil');
  assert.deepEqual(item, { kind: 'poll', owner: 'thil', state: 'draft' });
  assert.deepEqual(
    document.poll?.choices.map(({ id, text }) => [id, text.fr.slice(0, 20)]),
    [
      ['today', 'Comme aujourd’hui'],
      ['variant-1', '100 *arbres*'],
      ['variant-2', 'x'.repeat(20)],
    ],
  );
  assert.equal(document.texts.fr.title, 'Arbres');
  const lines = document.texts.fr.body?.replaceAll(/[\u00a0\u202f]/g, ' ').split('\n');
  assert.equal(lines?.[0], '- **Comme aujourd’hui** : sortie 0 0 arbre, sortie 1 10 %, sortie 2 0 €');
  assert.equal(lines?.[1], '- **100 arbres** : sortie 0 100 arbres, sortie 1 25 %, sortie 2 7 €');
});
