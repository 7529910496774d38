import assert from 'node:assert/strict';
import { eachDatabase } from '../support/index.ts';
import { guarded } from './guarded-broker.ts';
import { startIssuer } from './issuer.ts';

/** The number of forged tokens; FORGED_TOKENS=100000 tries more. */
const COUNT = Number(process.env.FORGED_TOKENS ?? 4000);

/** Reproducible random numbers (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

eachDatabase('Forged tokens', (test) => {
  test(`${COUNT} malformed and forged tokens and keys are refused, and none has an effect`, async (t, db) => {
    const issuer = await startIssuer(t);
    const { ask, as, key } = await guarded(t, db, issuer);
    const good = await issuer.token({ roles: ['administrator'] });
    const made = await key({ title: 'Target', roles: ['administrator'], scopes: ['administer'] });
    const [header, payload, signature] = good.split('.') as [string, string, string];
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const next = random(20260102);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T;
    const noise = (length: number) => Array.from({ length }, () => pick([...'abcXYZ019-_.~+/={}"\\'])).join('');
    const flip = (text: string) => {
      const place = Math.floor(next() * (text.length - 1)); // the last character has unused bits
      return `${text.slice(0, place)}${text[place] === 'A' ? 'B' : 'A'}${text.slice(place + 1)}`;
    };
    const odd = [null, 0, -1, 1e99, '', 'none', [], {}, ['root'], 'x'.repeat(500), true];
    const makers: (() => string)[] = [
      () => noise(Math.floor(next() * 200) + 1),
      () => `${noise(20)}.${noise(50)}.${noise(43)}`,
      () => `${header}.${flip(payload)}.${signature}`,
      () => `${flip(header)}.${payload}.${signature}`,
      () => `${header}.${payload}.${flip(signature)}`,
      () =>
        `${header}.${encode({ ...claims, [pick(['sub', 'iss', 'aud', 'exp', 'nbf', 'iat', 'roles', 'scope', 'client_id'])]: pick(odd) })}.${signature}`,
      () =>
        `${encode({ alg: pick(['none', 'None', 'HS256', 'RS256', 'ES512', '', null, 'ES256']), kid: pick(['key-1', '../key', null, 'x']), jku: 'http://127.0.0.1:9/', jwk: { kty: 'oct', k: 'AA' } })}.${payload}.${pick([signature, '', 'AA'])}`,
      () => `${encode({ alg: 'ES256', kid: 'key-1', crit: ['x'], x: 1 })}.${payload}.${signature}`,
      () => good.slice(0, Math.floor(next() * (good.length - 2))),
      () => `${good}.${noise(10)}`,
      () => flip(made.key),
      () => `alz_${made.id}_${noise(43)}`,
      () => `alz_${noise(12)}_${noise(43)}`,
    ];
    let refused = 0;
    for (let n = 0; n < COUNT; n++) {
      const text = pick(makers)();
      const headers: Record<string, string> =
        next() < 0.3
          ? { 'x-api-key': text }
          : { authorization: `${pick(['Bearer ', 'Bearer ', 'Bearer ', 'bearer ', 'Basic ', ''])}${text}` };
      const answer = await ask(headers, 'GET', '/ops/access/keys', undefined, '');
      assert.equal(answer.statusCode, 401, `${JSON.stringify(headers)} ${answer.body}`);
      assert.ok(answer.headers['www-authenticate']);
      refused++;
    }
    assert.equal(refused, COUNT);
    assert.equal((await ask(await as({ roles: ['administrator'] }), 'GET', '/ops/access/keys')).statusCode, 200);
    assert.ok(issuer.asked() < 20, 'the issuer is not asked for each');
  });
});
