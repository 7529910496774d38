import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testDatabases } from '@alzette/broker/test-support';
import { lookAtPayments } from '../src/payments/pay.ts';
import { startPayfip } from './support/payfip-stand-in.ts';
import { citizenOf, PLACE, packDocuments, startProcedureHost } from './support/procedure-host.ts';

const ADDRESS = { text: '1 place de la Mairie', commune: 'villerupt', location: PLACE };
const MINUTE = 60_000;
const SENDER = {
  applicant: { kind: 'citizen', name: 'Hildegarde Quillefeu', phone: '06 98 76 54 32', email: 'hq@example.org' },
};

test('a contribution is paid online once, whatever the payment service does, and only then goes on', async (t) => {
  const db = await testDatabases()[0]?.open();
  assert.ok(db);
  const payfip = await startPayfip(t);
  const host = await startProcedureHost(t, db, { jobs: true });
  const { app, parts } = host;
  const headers = { 'ngsild-tenant': 'payments' };
  const ask = (method: Parameters<typeof host.ask>[0], url: string, body?: object) =>
    host.ask(method, url, body, headers);
  const citizen = citizenOf(host, headers);
  const composter = packDocuments('procedures').get('composter');
  assert.equal((await ask('PUT', '/procedures/composter', composter)).status, 200);
  assert.equal((await ask('POST', '/procedures/composter/publish')).status, 200);
  const pay = (token: string) => citizen.post(`/follow/${token}/payment`, {});
  const paymentOf = async (token: string) => (await citizen.get(`/follow/${token}`)).body.payment;
  const send = async () =>
    (await citizen.send('composter', { use: 'garden', size: 'large', address: ADDRESS }, SENDER)).body;
  const notice = async (n: number) => {
    const { pathname } = new URL(payfip.orders[n]?.urlnotif ?? '');
    const answer = await app.inject({
      method: 'POST',
      url: pathname,
      headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
      payload: `idop=${payfip.orders[n]?.operation}`,
    });
    return answer.statusCode;
  };
  const later = (minutes: number) => lookAtPayments(parts, new Date(Date.now() + minutes * MINUTE));
  const act = (id: string, body: object) => ask('POST', `/procedures/dossiers/${id}/acts`, body);

  // Without an account it is paid at the counter.
  const first = await send();
  assert.deepEqual(await paymentOf(first.token), {
    name: composter?.payment && (composter.payment as { name: object }).name,
    cents: 2500,
    state: 'due',
    isOnline: false,
  });
  assert.equal((await pay(first.token)).status, 409);
  assert.equal((await act(first.id, { act: 'step', action: 'order' })).status, 409, 'it waits for the payment');
  assert.equal((await act(first.id, { act: 'paid', number: 'QUITTANCE-7' })).status, 200);
  assert.equal((await act(first.id, { act: 'paid', number: 'QUITTANCE-8' })).status, 409, 'nobody pays twice');
  assert.equal((await paymentOf(first.token)).number, 'QUITTANCE-7');
  assert.equal((await act(first.id, { act: 'step', action: 'order' })).status, 200);

  const account = { provider: 'payfip', client: '094751', mode: 'test', service: payfip.url, page: payfip.page };
  for (const wrong of [{ client: '94751' }, { mode: 'T' }, { service: 'ftp://example.org/' }]) {
    assert.equal((await ask('PUT', '/procedures/payments', { ...account, ...wrong })).status, 400);
  }
  assert.equal((await ask('PUT', '/procedures/payments', account)).status, 200);
  assert.deepEqual((await ask('GET', '/procedures/payments')).body, account);

  // The same page while it is open; ten at once begin one payment.
  const { token, id } = await send();
  const answers = await Promise.all(Array.from({ length: 10 }, () => pay(token)));
  assert.ok(answers.every(({ status }) => status === 201 || status === 409));
  assert.equal(payfip.orders.length, 1);
  const [order] = payfip.orders;
  const { page } = (await pay(token)).body;
  assert.equal(page, `${payfip.page}?idop=${order?.operation}`);
  assert.deepEqual(
    [order?.montant, order?.numcli, order?.saisie, order?.mel, order?.refdet, order?.exer],
    ['2500', '094751', 'T', 'hq@example.org', `${id}P1`, String(new Date().getFullYear())],
  );
  assert.match(order?.objet ?? '', /^[A-Za-z0-9 ]{1,100}$/);
  assert.match(order?.urlredirect ?? '', /\/app\/services\/follow\//);
  assert.equal((await paymentOf(token)).state, 'started');

  // A notice before the end, one for another payment, and one of a stranger change nothing.
  assert.equal(await notice(0), 204);
  assert.equal((await paymentOf(token)).state, 'started');
  assert.equal((await app.inject({ method: 'POST', url: '/citizen/v1/procedures/payments/guessed' })).statusCode, 404);

  // Paid: told twice, and asked again by the job; it counts once.
  payfip.plays.set(order?.operation ?? '', 'P');
  assert.deepEqual([await notice(0), await notice(0)], [204, 204]);
  await later(2);
  const paid = await paymentOf(token);
  assert.deepEqual([paid.state, paid.cents, paid.number], ['paid', 2500, '112233']);
  const { events } = (await citizen.get(`/follow/${token}`)).body;
  assert.equal(events.filter((event: { act: string }) => event.act === 'pay').length, 1);
  assert.equal((await pay(token)).status, 409);
  assert.equal((await act(id, { act: 'step', action: 'order' })).status, 200);

  // Nobody tells of the end of this one: the job asks.
  const closed = await send();
  await pay(closed.token);
  payfip.plays.set(payfip.orders[1]?.operation ?? '', 'V');
  const asked = payfip.state.asked;
  await later(0);
  assert.equal(payfip.state.asked, asked, 'not before its time');
  await later(2);
  assert.equal((await paymentOf(closed.token)).state, 'paid');

  // Refused: another attempt has another reference. Cancelled: until twenty minutes have passed the payer may try again there.
  const third = await send();
  await pay(third.token);
  payfip.plays.set(payfip.orders[2]?.operation ?? '', 'R');
  await notice(2);
  assert.equal((await paymentOf(third.token)).state, 'due');
  await pay(third.token);
  assert.equal(payfip.orders[3]?.refdet, `${third.id}P2`);
  payfip.plays.set(payfip.orders[3]?.operation ?? '', 'A');
  await notice(3);
  assert.equal((await paymentOf(third.token)).state, 'started');
  await later(21);
  assert.equal((await paymentOf(third.token)).state, 'due');

  // The browser was closed: forgotten, and never asked for again.
  const fourth = await send();
  await pay(fourth.token);
  payfip.plays.set(payfip.orders[4]?.operation ?? '', 'forgotten');
  await later(30);
  assert.equal((await paymentOf(fourth.token)).state, 'due');
  const before = payfip.state.asked;
  await later(60 * 24);
  assert.equal(payfip.state.asked, before);

  // Late: known only after it was given up; and another amount than was ordered is not believed.
  await pay(fourth.token);
  await later(25);
  assert.equal((await paymentOf(fourth.token)).state, 'due');
  payfip.plays.set(payfip.orders[5]?.operation ?? '', 'P');
  await later(120);
  assert.equal((await paymentOf(fourth.token)).state, 'paid');
  const fifth = await send();
  await pay(fifth.token);
  payfip.plays.set(payfip.orders[6]?.operation ?? '', 'P');
  payfip.state.amount = '1';
  await notice(6);
  assert.equal((await paymentOf(fifth.token)).state, 'due', 'one cent is no 25 euros');
  delete payfip.state.amount;

  // The service is away, or says nonsense: nothing is lost, and the next attempt works.
  for (const mode of ['fault', 'html', 'down', 'lost'] as const) {
    payfip.state.mode = mode;
    assert.equal((await pay(fifth.token)).status, 503, mode);
    assert.equal((await paymentOf(fifth.token)).state, 'due', mode);
  }
  payfip.state.mode = 'up';
  assert.equal((await pay(fifth.token)).status, 201);
  payfip.plays.set(payfip.orders.at(-1)?.operation ?? '', 'P');
  payfip.state.mode = 'html';
  assert.equal(await notice(payfip.orders.length - 1), 204);
  assert.equal((await paymentOf(fifth.token)).state, 'started');
  payfip.state.mode = 'up';
  await later(2);
  assert.equal((await paymentOf(fifth.token)).state, 'paid');
});

test('an amount of the answers: what is free waits for nothing, and a price that rises is paid up', async (t) => {
  const db = await testDatabases()[0]?.open();
  assert.ok(db);
  const host = await startProcedureHost(t, db, { jobs: true });
  const headers = { 'ngsild-tenant': 'rising-prices' };
  const ask = (method: Parameters<typeof host.ask>[0], url: string, body?: object) =>
    host.ask(method, url, body, headers);
  const citizen = citizenOf(host, headers);
  const { payment, form, ...composter } = packDocuments('procedures').get('composter') as {
    payment: object;
    form: { sections: { fields: object[] }[] };
  };
  const { cents: _cents, ...priced } = payment as { cents: number };
  const [first, ...rest] = form.sections;
  const fields = [...(first?.fields ?? []), { id: 'fee', kind: 'money', label: { fr: 'Montant' }, required: true }];
  const document = {
    ...composter,
    form: { sections: [{ ...first, fields }, ...rest] },
    payment: { ...priced, field: 'fee' },
  };
  assert.equal((await ask('PUT', '/procedures/composter', document)).status, 200);
  assert.equal((await ask('POST', '/procedures/composter/publish')).status, 200);
  const send = async (fee: number) =>
    (await citizen.send('composter', { use: 'garden', size: 'large', address: ADDRESS, fee }, SENDER)).body;
  const act = async (id: string, body: object) => (await ask('POST', `/procedures/dossiers/${id}/acts`, body)).status;
  const step = { act: 'step', action: 'order' };

  const free = await send(0);
  assert.equal((await citizen.get(`/follow/${free.token}`)).body.payment, undefined);
  assert.equal(await act(free.id, { act: 'paid', number: 'Q-0' }), 409);
  assert.equal(await act(free.id, step), 200);

  const { id, token } = await send(20);
  assert.equal(await act(id, { act: 'paid', number: 'Q-1' }), 200);
  assert.equal(await act(id, { act: 'askParts', text: 'Le montant est faux', fields: ['fee'] }), 200);
  assert.equal((await citizen.post(`/follow/${token}/parts`, { answers: { fee: 30.5 } })).status, 200);
  assert.equal(await act(id, step), 409, 'ten euros and a half are lacking');
  const { payment: shown } = (await citizen.get(`/follow/${token}`)).body;
  assert.deepEqual([shown.state, shown.cents], ['due', 1050]);
  assert.equal(await act(id, { act: 'paid', number: 'Q-2' }), 200);
  assert.deepEqual((await citizen.get(`/follow/${token}`)).body.payment.cents, 3050);
  assert.equal(await act(id, step), 200);
});
