import '../../test/dom.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mountAnswers, until } from '../../test/mount-answers.ts';
import { AnswerError, useAct } from './asking.ts';

test('An act is busy while it runs, and a double click sends once.', async () => {
  const sent: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const { composed, leave } = mountAnswers(() => [
    useAct(async (name: string) => {
      sent.push(name);
      await promise;
    }),
  ]);
  const [{ act, isBusy, isDone, problem }] = composed;
  const first = act('order');
  assert.equal(await act('order'), false);
  await until(() => isBusy.value);
  resolve();
  assert.equal(await first, true);
  await until(() => !isBusy.value);
  assert.deepEqual([sent, isDone.value, problem.value], [['order'], true, undefined]);
  leave();
});

test('A failed act says why, is not sent again by itself, and the next one clears the message.', async () => {
  let requests = 0;
  const { composed, leave } = mountAnswers(() => [
    useAct(async () => {
      requests += 1;
      if (requests === 1) throw new AnswerError({ type: 'about:blank', title: 'Busy', detail: '', status: 503 }, true);
    }),
  ]);
  const [{ act, problem, isDone, asksToSignInAgain }] = composed;
  assert.equal(await act(), false);
  await until(() => problem.value !== undefined);
  assert.deepEqual([problem.value?.title, asksToSignInAgain.value, isDone.value], ['Busy', true, false]);
  assert.equal(requests, 1);
  assert.equal(await act(), true);
  await until(() => isDone.value);
  assert.deepEqual([problem.value, asksToSignInAgain.value], [undefined, false]);
  leave();
});
