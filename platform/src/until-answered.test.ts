import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NgsiLdClientError } from '@alzette/ngsi-ld-schemas';
import pino from 'pino';
import { untilAnswered } from './until-answered.ts';

const logger = pino({ level: 'silent' });
const unavailable = new NgsiLdClientError(503, { type: 'about:blank', title: 'Unavailable', detail: 'no database' });
/** As the broker throws it if no connection was free in time. */
const noConnection = Object.assign(new Error('The database is unavailable'), { inDoubt: false });

test('repeats a step while the database is unavailable, and passes on other errors', async () => {
  const answers: (Error | string)[] = [noConnection, unavailable, 'done'];
  let waits = 0;
  const step = async () => {
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const wait = async () => {
    waits += 1;
  };
  assert.equal(await untilAnswered(step, logger, wait), 'done');
  assert.equal(waits, 2);
  answers.push(new Error('refused'));
  await assert.rejects(untilAnswered(step, logger, wait), /refused/);
});
