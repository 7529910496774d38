import '../../test/dom.ts';
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { mount } from '@vue/test-utils';
import { defineComponent, h, nextTick, type Ref, ref } from 'vue';
import { type Draft, type FormValues, provideUnsaved, type Unsaved, useDraft } from './forms.ts';

Object.assign(globalThis, { sessionStorage: window.sessionStorage });
beforeEach(() => sessionStorage.clear());

/** Opens a form in a drawer, as a page does. */
function open(name: string, given: Ref<FormValues>, secret: readonly string[] = []) {
  let draft: Draft | undefined;
  let unsaved: Unsaved | undefined;
  const Form = defineComponent({
    setup() {
      draft = useDraft(name, () => given.value, secret);
      return () => null;
    },
  });
  const drawer = mount(
    defineComponent({
      setup() {
        unsaved = provideUnsaved();
        return () => h(Form);
      },
    }),
  );
  if (draft === undefined || unsaved === undefined) throw new Error('The form has not been set up');
  return { ...draft, unsaved, leave: () => drawer.unmount() };
}

test('What was typed is there again after the page was left, and the form says so.', () => {
  const given = ref<FormValues>({ name: '', level: '1' });
  const first = open('rule', given);
  assert.deepEqual([first.isRestored.value, first.unsaved.hasChanges()], [false, false]);
  first.values.value.name = 'Lamp broken';
  assert.equal(first.unsaved.hasChanges(), true);
  first.leave();
  const again = open('rule', given);
  assert.deepEqual(again.values.value, { name: 'Lamp broken', level: '1' });
  assert.equal(again.isRestored.value, true);
  const other = open('another rule', given);
  assert.deepEqual([other.values.value.name, other.isRestored.value], ['', false]);
});

test('Nothing is kept after it was saved, or discarded, or typed back.', () => {
  const given = ref<FormValues>({ name: 'a' });
  const saved = open('rule', given);
  saved.values.value.name = 'b';
  saved.saved();
  assert.deepEqual([saved.unsaved.hasChanges(), sessionStorage.length], [false, 0]);
  const discarded = open('rule', given);
  discarded.values.value.name = 'c';
  discarded.unsaved.discard();
  assert.deepEqual([discarded.values.value.name, sessionStorage.length], ['a', 0]);
  discarded.values.value.name = 'd';
  discarded.values.value.name = 'a';
  assert.equal(sessionStorage.length, 0);
});

test('A reload of the same values does not touch what was typed, and other fields follow new values.', async () => {
  const given = ref<FormValues>({ name: 'a', level: '1' });
  const form = open('rule', given);
  form.values.value.name = 'mine';
  given.value = { name: 'a', level: '2' };
  await nextTick();
  assert.deepEqual([form.values.value, form.theirs.value], [{ name: 'mine', level: '2' }, {}]);
});

test('If somebody else changes the same field, both versions are known, and the reader chooses.', async () => {
  const given = ref<FormValues>({ name: 'a', level: '1' });
  const form = open('rule', given);
  Object.assign(form.values.value, { name: 'mine', level: '7' });
  given.value = { name: 'theirs', level: '9' };
  await nextTick();
  assert.deepEqual(
    [form.values.value, form.theirs.value],
    [
      { name: 'mine', level: '7' },
      { name: 'theirs', level: '9' },
    ],
  );
  form.takeTheirs('name');
  form.keepMine('level');
  assert.deepEqual([form.values.value, form.theirs.value], [{ name: 'theirs', level: '7' }, {}]);
});

test('A change by somebody else while the form was closed is shown beside the kept text.', () => {
  const given = ref<FormValues>({ name: 'a' });
  const form = open('rule', given);
  form.values.value.name = 'mine';
  form.leave();
  const again = open('rule', ref<FormValues>({ name: 'theirs' }));
  assert.deepEqual([again.values.value.name, again.theirs.value], ['mine', { name: 'theirs' }]);
});

test('A secret is not kept on the device, and the other fields are.', () => {
  const given = ref<FormValues>({ name: '', key: '' });
  const first = open('channel', given, ['key']);
  first.values.value.key = 'hush-hush';
  assert.equal(first.unsaved.hasChanges(), true);
  first.values.value.name = 'Works';
  assert.doesNotMatch(JSON.stringify({ ...sessionStorage }), /hush-hush/);
  first.leave();
  assert.deepEqual(open('channel', given, ['key']).values.value, { name: 'Works', key: '' });
});
