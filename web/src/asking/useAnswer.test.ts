import '../../test/dom.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextTick, ref } from 'vue';
import { mountAnswers, until } from '../../test/mount-answers.ts';
import { AnswerError, useAnswer } from './asking.ts';

const refusal = (status: number) => new AnswerError({ type: 'about:blank', title: 'Refused', detail: '', status });

test('Two components that ask the same at the same time send one request.', async () => {
  let requests = 0;
  const ask = async () => {
    requests += 1;
    return 'lamps';
  };
  const { composed, leave } = mountAnswers(() => [useAnswer('lamps', ask), useAnswer('lamps', ask)]);
  await until(() => composed.every(({ data }) => data.value === 'lamps'));
  assert.equal(requests, 1);
  leave();
});

test('Nothing is known before the first answer, and an answer may be undefined.', async () => {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const { composed, leave } = mountAnswers(() => [useAnswer('nothing', () => promise)]);
  const [answer] = composed;
  await nextTick();
  assert.deepEqual([answer.data.value, answer.answeredAt.value, answer.loading.value], [undefined, undefined, true]);
  resolve(undefined);
  await until(() => answer.answeredAt.value !== undefined);
  assert.deepEqual([answer.data.value, answer.problem.value], [undefined, undefined]);
  leave();
});

test('A failing reload keeps the earlier answer with its age, and says why it failed.', async () => {
  let isDown = false;
  const { composed, leave } = mountAnswers(() => [
    useAnswer('lamps', async () => {
      if (isDown) throw refusal(503);
      return 'lamps';
    }),
  ]);
  const [answer] = composed;
  await until(() => answer.data.value !== undefined);
  const answeredAt = answer.answeredAt.value;
  isDown = true;
  await answer.reload();
  assert.equal(answer.problem.value?.status, 503);
  assert.deepEqual([answer.data.value, answer.answeredAt.value, answer.loading.value], ['lamps', answeredAt, false]);
  isDown = false;
  const reloading = answer.reload();
  await nextTick();
  assert.equal(answer.problem.value?.status, 503, 'it still says so while it asks again');
  await reloading;
  assert.equal(answer.problem.value, undefined);
  leave();
});

test('After a failure of the server the page asks again by itself, after a refusal it does not.', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval', 'setTimeout'] });
  const requests = { down: 0, refused: 0 };
  const { composed, leave } = mountAnswers(() => [
    useAnswer('down', async () => {
      requests.down += 1;
      if (requests.down === 1) throw new TypeError('Failed to fetch');
      return 'back';
    }),
    useAnswer('refused', async () => {
      requests.refused += 1;
      throw refusal(403);
    }),
  ]);
  const [down, refused] = composed;
  for (let turn = 0; turn < 20; turn += 1) {
    t.mock.timers.tick(0);
    await Promise.resolve();
  }
  assert.equal(down.problem.value?.title, 'No answer');
  assert.equal(refused.problem.value?.status, 403);
  t.mock.timers.tick(10_000);
  for (let turn = 0; turn < 20; turn += 1) {
    t.mock.timers.tick(0);
    await Promise.resolve();
  }
  assert.deepEqual([down.data.value, down.problem.value], ['back', undefined]);
  assert.deepEqual(requests, { down: 2, refused: 1 });
  leave();
});

test('A change of the key shows the earlier answer until the new one is there, and never after a failure.', async () => {
  const commune = ref('thil');
  const { composed, leave } = mountAnswers(() => [
    useAnswer(
      () => ['lamps', commune.value],
      async () => {
        if (commune.value === 'russange') throw refusal(404);
        return commune.value;
      },
    ),
    useAnswer(
      () => ['apart', commune.value],
      async () => commune.value,
      { showsEarlier: false },
    ),
  ]);
  const [lamps, apart] = composed;
  await until(() => lamps.data.value === 'thil' && apart.data.value === 'thil');
  commune.value = 'aumetz';
  await nextTick();
  assert.deepEqual([lamps.data.value, apart.data.value], ['thil', undefined]);
  await until(() => lamps.data.value === 'aumetz' && apart.data.value === 'aumetz');
  commune.value = 'russange';
  await until(() => lamps.problem.value !== undefined);
  assert.equal(lamps.data.value, undefined);
  leave();
});

test('Without a key nothing is asked.', async () => {
  const id = ref<string>();
  const { composed, leave } = mountAnswers(() => [
    useAnswer(
      () => (id.value === undefined ? undefined : ['lamp', id.value]),
      async () => id.value,
    ),
  ]);
  const [answer] = composed;
  await nextTick();
  assert.deepEqual([answer.data.value, answer.loading.value], [undefined, false]);
  id.value = 'lamp-1';
  await until(() => answer.data.value === 'lamp-1');
  leave();
});

test('Reloads that overlap all end, with the answer to the latest, and also when the page is left.', async () => {
  const answers: ((text: string) => void)[] = [];
  const { composed, leave } = mountAnswers(() => [
    useAnswer('overlap', () => new Promise<string>((resolve) => answers.push(resolve))),
  ]);
  const [answer] = composed;
  await until(() => answers.length === 1);
  answers[0]?.('first');
  await until(() => answer.data.value === 'first');
  const reloads = [answer.reload(), answer.reload()];
  await until(() => answers.length === 3);
  answers[2]?.('latest');
  answers[1]?.('late');
  await Promise.all(reloads);
  assert.equal(answer.data.value, 'latest');
  const left = answer.reload();
  await until(() => answers.length === 4);
  leave();
  await left;
});

test('A server that hangs counts as failing after a while, since the first of the failed requests.', async () => {
  let requests = 0;
  const { composed, leave } = mountAnswers(() => [
    useAnswer(
      'lamps',
      (signal) => {
        requests += 1;
        return new Promise<string>((_done, fail) => signal.addEventListener('abort', () => fail(signal.reason)));
      },
      { patienceMs: 20 },
    ),
  ]);
  const [answer] = composed;
  assert.deepEqual([answer.problem.value, answer.failingSince.value], [undefined, undefined]);
  await until(() => answer.problem.value !== undefined);
  const since = answer.failingSince.value;
  assert.equal(typeof since, 'number');
  await answer.reload();
  assert.deepEqual([requests, answer.data.value, answer.failingSince.value], [2, undefined, since]);
  leave();
});
