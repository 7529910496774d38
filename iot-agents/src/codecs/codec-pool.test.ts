import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { CORPUS_MISSING, hostileCodecs } from '../../test/support/payload-corpus.ts';
import type { CodecInput, CodecOutcome } from './codec.ts';
import { createCodecPool } from './codec-pool.ts';

const INPUT: CodecInput = { bytes: Uint8Array.of(1, 2), fPort: 7, recvTime: '2024-03-01T00:00:00.000Z' };

const ANSWERS: readonly { name: string; source: string; data: Record<string, unknown>; warnings?: string[] }[] = [
  {
    name: 'TS013',
    source: 'function decodeUplink(i){return {data:{n:i.bytes.length,p:i.fPort}}}',
    data: { n: 2, p: 7 },
  },
  {
    name: 'CommonJS and Buffer',
    source: 'exports.decodeUplink=i=>({data:{b:Buffer.from(i.bytes).readUInt16BE(0)}})',
    data: { b: 258 },
  },
  {
    name: 'module.exports',
    source: 'module.exports={decodeUplink(i){console.log(i);return {data:{a:1}}}}',
    data: { a: 1 },
  },
  {
    name: 'a driver object',
    source: 'var driver={decodeUplink:function(i){return {data:{a:1}}}};exports.driver=driver',
    data: { a: 1 },
  },
  {
    name: 'the entry point of TTN v2',
    source: 'function Decoder(bytes,port){return {p:port,n:bytes.length}}',
    data: { p: 7, n: 2 },
  },
  {
    name: 'the entry point of ChirpStack v3',
    source: 'function Decode(fPort,bytes){return {p:fPort,n:bytes.length}}',
    data: { p: 7, n: 2 },
  },
  { name: 'data without an envelope', source: 'exports.decodeUplink=i=>({n:i.bytes.length})', data: { n: 2 } },
  {
    name: 'names of its own for what it finds',
    source:
      'const module=1,exports=2,console=3,context=4;function decodeUplink(){return {data:{sum:module+exports+console+context}}}',
    data: { sum: 10 },
  },
  {
    name: 'the context of ThingPark',
    source: 'function decodeUplink(){context.push(1);return {data:{n:context.length}}}',
    data: { n: 1 },
  },
  {
    name: 'a clock that stands at the frame time',
    source:
      'function decodeUplink(){return {data:{at:new Date(),ms:Date.now()-Date.UTC(2024,2,1),text:Date(),is:new Date() instanceof Date,y:new Date(2020,0).getFullYear(),c:new Date().constructor===Date}}}',
    data: {
      at: '2024-03-01T00:00:00.000Z',
      ms: 0,
      text: 'Fri Mar 01 2024 00:00:00 GMT+0000',
      is: true,
      y: 2020,
      c: true,
    },
  },
  {
    name: 'dates written as browsers write them',
    source:
      'function decodeUplink(){var d=new Date(Date.UTC(2024,0,4,0,2,4)),e=new Date(Date.UTC(2024,10,21,13,2,44));return {data:{a:d.toLocaleString(),b:e.toLocaleString(),c:e.toLocaleDateString(),d:e.toLocaleTimeString()}}}',
    data: { a: '1/4/2024, 12:02:04 AM', b: '11/21/2024, 1:02:44 PM', c: '11/21/2024', d: '1:02:44 PM' },
  },
  {
    name: 'a thousand members',
    source:
      'function decodeUplink(){var l=[];for(var i=0;i<250;i++)l.push({a:1,b:2,c:3,d:4});return {data:{n:l.length,l:undefined,m:{l:l}}}}',
    data: { n: 250, m: { l: Array.from({ length: 250 }, () => ({ a: 1, b: 2, c: 3, d: 4 })) } },
  },
  { name: 'a list of values', source: 'function decodeUplink(){return {data:[1,2]}}', data: { values: [1, 2] } },
  { name: 'variables', source: 'function decodeUplink(i){return {data:{d:i.variables.depth}}}', data: { d: 1500 } },
  {
    name: 'warnings',
    source: 'function decodeUplink(){return {data:{t:1},warnings:["cold"]}}',
    data: { t: 1 },
    warnings: ['cold'],
  },
  {
    name: 'numbers that are none',
    source: 'function decodeUplink(){return {data:{a:NaN,b:[Infinity],c:undefined,d:new Date(0)}}}',
    data: { b: [null], d: '1970-01-01T00:00:00.000Z' },
    warnings: ['a is NaN and was left out', 'b[0] is Infinity and was left out'],
  },
  {
    name: 'the frame time in UTC',
    source: 'function decodeUplink(i){return {data:{y:i.recvTime.getFullYear(),z:new Date(2024,6,1).toISOString()}}}',
    data: { y: 2024, z: '2024-07-01T00:00:00.000Z' },
  },
  {
    name: 'no host',
    source:
      'function decodeUplink(){return {data:{p:typeof process,r:typeof require,f:typeof fetch,c:(function(){}).constructor("return typeof process")()}}}',
    data: { p: 'undefined', r: 'undefined', f: 'undefined', c: 'undefined' },
  },
];

const FAULTS: readonly { name: string; source: string; fault: string; message?: RegExp }[] = [
  {
    name: 'an endless loop',
    source: 'function decodeUplink(){for(;;){try{while(true){}}catch(e){}}}',
    fault: 'timeout',
  },
  { name: 'an endless loop at load', source: 'while(true){}', fault: 'timeout' },
  {
    name: 'a getter that loops',
    source: 'function decodeUplink(){return {data:{get a(){while(true){}}}}}',
    fault: 'timeout',
  },
  { name: 'endless recursion', source: 'function decodeUplink(i){return decodeUplink(i)}', fault: 'stack overflow' },
  {
    name: 'a huge result',
    source: 'function decodeUplink(){return {data:{s:"x".repeat(70000)}}}',
    fault: 'result too large',
  },
  { name: 'a circle', source: 'function decodeUplink(){var o={};o.o=o;return {data:o}}', fault: 'invalid result' },
  {
    name: 'an async function',
    source: 'async function decodeUplink(){return {data:{}}}',
    fault: 'invalid result',
    message: /async/,
  },
  { name: 'a text', source: 'function decodeUplink(){return {data:"1"}}', fault: 'invalid result' },
  {
    name: 'a tampered prototype',
    source: 'Object.prototype.toJSON=function(){return 1};function decodeUplink(){return {data:{a:1}}}',
    fault: 'invalid result',
  },
  {
    name: 'an answer in our place',
    source: '__call=function(){return "{}"};JSON.parse=null;function decodeUplink(){return {errors:["own"]}}',
    fault: 'decode error',
    message: /^own$/,
  },
  {
    name: 'a throw',
    source: 'function decodeUplink(){throw new Error("boom")}',
    fault: 'decode error',
    message: /boom/,
  },
  {
    name: 'errors',
    source: 'function decodeUplink(){return {errors:["unknown FPort"]}}',
    fault: 'decode error',
    message: /^unknown FPort$/,
  },
  { name: 'no entry point', source: 'var a=1', fault: 'decode error', message: /decodeUplink/ },
  { name: 'a syntax error', source: 'function {', fault: 'decode error', message: /SyntaxError/ },
];

describe('a codec in the sandbox', () => {
  const pool = createCodecPool();
  after(() => pool.close());
  const decode = async (source: string, input: CodecInput = INPUT): Promise<CodecOutcome | undefined> =>
    (await pool.decode(source, [input]))[0];

  for (const { name, source, data, warnings } of ANSWERS) {
    test(`gives data: ${name}`, async () => {
      const outcome = await decode(source, { ...INPUT, variables: { depth: 1500 } });
      assert.deepEqual(outcome, { data, warnings: warnings ?? [] });
    });
  }

  for (const { name, source, fault, message } of FAULTS) {
    test(`ends in "${fault}": ${name}`, async () => {
      const outcome = await decode(source);
      assert.ok(outcome !== undefined && 'fault' in outcome, JSON.stringify(outcome));
      assert.equal(outcome.fault, fault);
      if (message !== undefined) assert.match(outcome.message, message);
      assert.deepEqual(await decode('function decodeUplink(){return {data:{next:1}}}'), {
        data: { next: 1 },
        warnings: [],
      });
    });
  }

  test('keeps data together with errors, and treats empty data as none', async () => {
    const source =
      'function decodeUplink(i){return {data:i.fPort===7?{n:1}:{},errors:["bad \\"sum\\""],warnings:["w"]}}';
    assert.deepEqual(await decode(source), { data: { n: 1 }, warnings: ['w'], errors: ['bad "sum"'] });
    assert.deepEqual(await decode(source, { ...INPUT, fPort: 8 }), { fault: 'decode error', message: 'bad "sum"' });
  });

  test('stops a memory bomb', async () => {
    const bomb = 'function decodeUplink(){var a=[];while(true)a.push(new Array(10000).join("x")+Math.random())}';
    const outcome = await decode(bomb);
    assert.ok(outcome !== undefined && 'fault' in outcome);
    assert.match(outcome.fault, /^(memory|timeout)$/);
    assert.deepEqual(await decode('function decodeUplink(){return {data:{next:1}}}'), {
      data: { next: 1 },
      warnings: [],
    });
  });

  // HOSTILE_CALLS=10000 simulates an attack of several hours.
  const hostileCalls = Number(process.env.HOSTILE_CALLS ?? 200);
  test(`${hostileCalls} hostile calls do not increase the memory of the process`, async () => {
    const attacks = [
      'function decodeUplink(i){return decodeUplink(i)}',
      'function decodeUplink(){return {data:{s:"x".repeat(70000)}}}',
      'function decodeUplink(){Object.prototype.x=1;globalThis.y=[1];throw new Error("boom")}',
      'function decodeUplink(){var o={};o.o=o;return {data:o}}',
      'function decodeUplink(){var a=new Uint8Array(64*1024*1024);return {data:{n:a.length}}}',
      'function decodeUplink(){return fetch("http://127.0.0.1")}',
    ];
    const attack = async (calls: number): Promise<void> => {
      for (let call = 0; call < calls; call++) {
        const outcome = await decode(attacks[call % attacks.length] ?? '');
        assert.ok(outcome !== undefined && 'fault' in outcome, JSON.stringify(outcome));
      }
    };
    await attack(100);
    const before = process.memoryUsage.rss();
    await attack(hostileCalls);
    const grown = (process.memoryUsage.rss() - before) / 1024 / 1024;
    assert.ok(grown < 100, `grown by ${grown.toFixed(0)} MiB`);
    assert.deepEqual(await decode('function decodeUplink(){return {data:{next:1}}}'), {
      data: { next: 1 },
      warnings: [],
    });
  });

  test('keeps no state between calls', async () => {
    const source =
      'var n=0,seen=[];function decodeUplink(i){n++;seen.push(1);i.bytes.length=0;Array.prototype.x=n;return {data:{n,s:seen.length}}}';
    const outcomes = await pool.decode(
      source,
      Array.from({ length: 300 }, () => INPUT),
    );
    assert.equal(outcomes.length, 300);
    for (const outcome of outcomes) assert.deepEqual(outcome, { data: { n: 1, s: 1 }, warnings: [] });
    assert.equal(INPUT.bytes.length, 2);
  });

  test('a hanging codec does not delay a proven one', async () => {
    const good = 'function decodeUplink(i){return {data:{n:i.bytes[0]}}}';
    await pool.decode(
      good,
      Array.from({ length: 100 }, () => INPUT),
    );
    const hanging = pool.decode(
      'function decodeUplink(){while(true){} /* hangs */}',
      Array.from({ length: 50 }, () => INPUT),
    );
    let areThrough = false;
    void hanging.then(() => {
      areThrough = true;
    });
    assert.deepEqual(await decode(good), { data: { n: 1 }, warnings: [] });
    assert.equal(areThrough, false, 'it waited for those that hang');
    for (let i = 0; i < 20; i++) assert.deepEqual(await decode(good), { data: { n: 1 }, warnings: [] });
    for (const outcome of await hanging) assert.equal('fault' in outcome && outcome.fault, 'timeout');
  });

  test('a hanging codec delays a new one only once', async () => {
    const hangs = 'function decodeUplink(){while(true){} /* and again */}';
    // It is known to hang now, so from now on it runs in the thread for such codecs.
    await pool.decode(hangs, [INPUT]);
    let areThrough = false;
    const hanging = pool.decode(
      hangs,
      Array.from({ length: 20 }, () => INPUT),
    );
    void hanging.then(() => {
      areThrough = true;
    });
    const newcomer = 'function decodeUplink(){return {data:{new:true}}}';
    assert.deepEqual(await decode(newcomer), { data: { new: true }, warnings: [] });
    assert.equal(areThrough, false, 'it waited for those that hang');
    await hanging;
  });

  test('the payload corpus contains hostile codecs', { skip: CORPUS_MISSING }, () => {
    assert.ok(hostileCodecs().length > 20);
  });

  for (const { name, source, input, expect } of hostileCodecs()) {
    test(`of the payload corpus: ${name}`, async () => {
      const { recvTime = INPUT.recvTime, bytes = [1, 2], fPort = 7 } = input ?? {};
      const outcome = await decode(source, { recvTime, fPort, bytes: Uint8Array.from(bytes) });
      assert.ok(outcome !== undefined);
      if (typeof expect === 'object') {
        assert.ok('data' in outcome, JSON.stringify(outcome));
        assert.deepEqual(outcome.data, expect.data);
        if (expect.warnings !== undefined) assert.deepEqual(outcome.warnings, expect.warnings);
      } else {
        assert.ok('fault' in outcome, JSON.stringify(outcome));
        const said = expect.startsWith('quarantine') ? outcome.message : outcome.fault;
        assert.ok(expect.includes(said), `${outcome.fault}: ${outcome.message}, expected ${expect}`);
      }
    });
  }
});
