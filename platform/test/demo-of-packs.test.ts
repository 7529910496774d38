import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listDocuments, mustAnswer } from '@alzette/packs/kinds';
import { askByHttp } from '../src/commands/ask-by-http.ts';
import { CONFIGURATION_KINDS } from '../src/territory-files/configuration-kinds.ts';
import { newDemoData } from './support/demo-data.ts';
import { startPlatformProcess } from './support/platform-process.ts';

/** What the demo takes from packs. */
const FROM_PACKS = [
  ...['booking-resources', 'dashboards', 'datasets', 'escalations', 'groups', 'indicators', 'lighting-strategies'],
  ...['map-layers', 'procedures', 'questions', 'reply-templates', 'report-categories', 'rules'],
];
/** What it changes in them: who is in its groups, and what it publishes. */
const CHANGED = ['datasets', 'groups'];
/** What is of the imaginary community itself: people, contacts, devices, operators, and the words of its app. */
const OWN: { readonly [kind: string]: readonly string[] } = {
  recipients: ['astreinte-a', 'astreinte-b', 'astreinte-c', 'direction', 'responsable-eclairage'],
  rosters: ['astreinte'],
  'scheduled-reports': ['lighting-monthly'],
  'report-categories': ['department-road'],
};
/** Of these, all are. */
const ALL_OWN = ['pages', 'profiles', 'sources'];

interface Planned {
  readonly obstacles: readonly string[];
  readonly steps: readonly { readonly kind: string; readonly id: string; readonly change: string }[];
}

test('the demo is packs applied: of its own are only its people, devices, operators and words', async (t) => {
  const data = await newDemoData();
  t.after(() => data.remove());
  const platform = await startPlatformProcess(data.settings);
  t.after(() => platform.stop());
  await platform.filled();
  const ask = askByHttp(platform.url, undefined);
  const { packs: offered } = (await mustAnswer(ask, 'GET', '/packs/catalogue')) as {
    readonly packs: readonly { readonly id: string; readonly digest: string }[];
  };
  const { packs } = (await mustAnswer(ask, 'GET', '/packs')) as { readonly packs: readonly { readonly id: string }[] };
  assert.ok(packs.length > 0);

  const fromPacks = new Map<string, Set<string>>();
  for (const { id } of packs) {
    const body = { digest: offered.find((each) => each.id === id)?.digest };
    const { obstacles, steps } = (await mustAnswer(ask, 'POST', `/packs/${id}/plan`, { body })) as Planned;
    assert.deepEqual(obstacles, [], id);
    for (const { kind, id: document, change } of steps) {
      assert.equal(change, CHANGED.includes(kind) ? 'keep' : 'same', `${kind}/${document} is as the pack ${id} has it`);
      fromPacks.set(kind, (fromPacks.get(kind) ?? new Set()).add(document));
    }
  }
  assert.deepEqual([...fromPacks.keys()].sort(), FROM_PACKS);
  for (const kind of CONFIGURATION_KINDS.filter(({ folder }) => !ALL_OWN.includes(folder))) {
    const ids = (await listDocuments(ask, kind)).map(({ id }) => id);
    const own = ids.filter((id) => fromPacks.get(kind.folder)?.has(id) !== true);
    assert.deepEqual(own.sort(), OWN[kind.folder] ?? [], kind.folder);
  }
});
