import assert from 'node:assert/strict';
import { test } from 'node:test';
import { effectScope } from 'vue';
import { useRequest } from './useRequest.ts';

test('reloads that overlap all end, with the answer to the latest', async () => {
  const answers: ((text: string) => void)[] = [];
  const scope = effectScope();
  const request = scope.run(() => useRequest(() => new Promise<string>((resolve) => answers.push(resolve))));
  assert.ok(request);
  answers[0]?.('first page');
  const reloads = [request.reload(), Promise.resolve().then(() => request.reload())];
  while (answers.length < 3) await Promise.resolve();
  answers[2]?.('latest');
  answers[1]?.('late');
  await Promise.all(reloads);
  assert.equal(request.data.value, 'latest');
  const left = request.reload();
  scope.stop();
  await left;
});
