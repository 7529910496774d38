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

test('What an act returns, or why it failed, is told to the reader until the next one.', async () => {
  const { composed, leave } = mountAnswers(() => [
    useAct(async (isRefused: boolean) => {
      if (isRefused) throw new AnswerError({ type: 'about:blank', title: 'Refused', detail: '', status: 409 });
      return 'Saved';
    }),
  ]);
  const [{ act, said, forget }] = composed;
  assert.equal(said.value, '');
  await act(false);
  await until(() => said.value === 'Saved');
  await act(true);
  await until(() => said.value === 'Refused');
  forget();
  await until(() => said.value === '');
  leave();
});

test('A failed act says why, is not sent again by itself, and the next one clears the message.', async () => {
  let requests = 0;
  const { composed, leave } = mountAnswers(() => [
    useAct(async () => {
      requests += 1;
      if (requests === 1) throw new AnswerError({ type: 'about:blank', title: 'Busy', detail: '', status: 503 });
    }),
  ]);
  const [{ act, problem, isDone }] = composed;
  assert.equal(await act(), false);
  await until(() => problem.value !== undefined);
  assert.deepEqual([problem.value?.title, isDone.value], ['Busy', false]);
  assert.equal(requests, 1);
  assert.equal(await act(), true);
  await until(() => isDone.value);
  assert.equal(problem.value, undefined);
  leave();
});

test('An act that needs a more recent sign-in asks for it, instead of showing a problem.', async () => {
  const { composed, leave } = mountAnswers(() => [
    useAct(async () => {
      throw new AnswerError({ type: 'about:blank', title: 'Unauthorized', detail: '', status: 401 }, true);
    }),
  ]);
  const [{ act, problem, said, asksToSignInAgain }] = composed;
  assert.equal(await act(), false);
  await until(() => asksToSignInAgain.value);
  assert.deepEqual([problem.value, said.value], [undefined, '']);
  leave();
});

test('What follows an act runs before the act ends, also after a failure.', async () => {
  const steps: string[] = [];
  const { composed, leave } = mountAnswers(() => [
    useAct(
      async () => {
        throw new Error('refused');
      },
      async () => {
        await Promise.resolve();
        steps.push('reloaded');
      },
    ),
  ]);
  const [{ act }] = composed;
  await act();
  assert.deepEqual(steps, ['reloaded']);
  leave();
});
