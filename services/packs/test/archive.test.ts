import assert from 'node:assert/strict';
import { test } from 'node:test';
import { zipSync } from 'fflate';
import { buildArchive, createSigningKeys, openArchive, readPackFile, signerOf } from '../src/archive/archive.ts';
import { signMessage } from '../src/archive/minisign.ts';
import { merge } from '../src/documents/merge.ts';
import { parameterValues, withParameters } from '../src/documents/parameters.ts';
import { MANIFEST_OF_TEST as MANIFEST } from './support/pack.ts';

/** Made by minisign 0.12 from a file with the line `made elsewhere`. */
const PUBLIC_KEY = `untrusted comment: minisign public key 6E6643A305B787E0
RWTgh7cFo0Nmbg1AzVVnG2I0mU8z31KoHE4YP9n8dolV5x4tuTNLdnl+
`;
const SIGNATURE = `untrusted comment: signature from minisign secret key
RUTgh7cFo0NmbsjRSPyFJTE5VmqBpUXivapiPwr7kf80H0yMEnOj1kH1BVKi6RaRKS/icpR5VByB2daHMSGx4NlbIk9T93dKZAw=
trusted comment: pack other 1.0.0
0ZGEOoob/NSSv6Mw162ki//nRJUWY70v/mpr+qmoCTlj2mEG9tCyXOody8STNY0RtRDl0pU415eo5evwo6sBCA==
`;

const RULE = readPackFile('rules', 'full.yaml', 'id: urn:ngsi-ld:Rule:full\nname: { fr: Plein }\n');

test('the same folder always gives the same archive, whatever the order of its files', () => {
  const other = readPackFile('dashboards', 'bins.yaml', 'id: bins\n');
  const once = buildArchive(MANIFEST, [RULE, other]);
  assert.deepEqual(buildArchive(MANIFEST, [other, RULE]), once);
  const opened = openArchive(once);
  assert.deepEqual(
    opened.files.map(({ folder, name, document }) => [folder, name, document.id]),
    [
      ['dashboards', 'bins.yaml', 'bins'],
      ['rules', 'full.yaml', 'urn:ngsi-ld:Rule:full'],
    ],
  );
});

test('an archive is refused with the reason if it is not what its manifest says, or a trap', () => {
  const files = { 'pack.json': Buffer.from(JSON.stringify({ ...MANIFEST, files: {} })) };
  const zipped = (others: Record<string, string | Uint8Array>) =>
    zipSync({
      ...files,
      ...Object.fromEntries(Object.entries(others).map(([name, content]) => [name, Buffer.from(content)])),
    });
  const listing = (path: string, content: string) =>
    Buffer.from(
      JSON.stringify({
        ...MANIFEST,
        files: { [path]: { sha256: openArchive(buildArchive(MANIFEST, [])).digest, bytes: content.length } },
      }),
    );
  for (const [archive, reason] of [
    [Buffer.from('no zip'), /not a zip archive/],
    [zipSync({ 'README.md': Buffer.from('x') }), /pack\.json: it is missing/],
    [zipped({ '../../etc/passwd.yaml': 'id: x' }), /expected pack\.json, README\.md, LICENSE/],
    [zipped({ 'rules/../x.yaml': 'id: x' }), /expected pack\.json/],
    [zipped({ '/rules/x.yaml': 'id: x' }), /expected pack\.json/],
    [zipped({ 'rules/x.js': 'id: x' }), /expected pack\.json/],
    [zipped({ 'rules/a.yaml': 'id: a', 'rules/A.yaml': 'id: b' }), /two files have this name/],
    [zipped({ 'rules/a.yaml': 'id: a' }), /rules\/a\.yaml: its content is not the one/],
    [zipped({ 'rules/zeros.yaml': new Uint8Array(2_000_000) }), /more than 100 times its size/],
    [
      zipSync(
        Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`rules/r${n}.yaml`, Buffer.from('id: x')])),
        {
          level: 0,
        },
      ),
      /more than 1000 files/,
    ],
    [zipSync({ 'pack.json': listing('rules/a.yaml', '') }), /rules\/a\.yaml: pack\.json names it, but it is missing/],
  ] as const) {
    assert.throws(() => openArchive(archive), reason);
  }
  const bomb = 'a: &a [x, x, x, x]\nb: &b [*a, *a, *a, *a]\nc: [*b, *b, *b, *b]\n';
  assert.throws(() => readPackFile('rules', 'bomb.yaml', bomb), /rules\/bomb\.yaml: .*alias/i);
  assert.throws(() => readPackFile('rules', 'list.yaml', '- a\n'), /expected an object/);
});

test('signatures are those of minisign: one made by it is read, and another message or comment is refused', () => {
  const publicKey = PUBLIC_KEY;
  const message = Buffer.from('made elsewhere\n');
  assert.equal(signerOf(message, SIGNATURE, [publicKey])?.comment, 'pack other 1.0.0');
  assert.throws(() => signerOf(Buffer.from('made here\n'), SIGNATURE, [publicKey]), /not the signature of this/);
  const lied = SIGNATURE.replace('pack other 1.0.0', 'pack other 2.0.0');
  assert.throws(() => signerOf(message, lied, [publicKey]), /not the signature of this/);

  const own = createSigningKeys();
  const signed = signMessage(message, own.secretKey, 'pack ours 1.0.0');
  assert.equal(signerOf(message, signed, [publicKey, own.publicKey])?.key, own.publicKey);
  assert.equal(signerOf(message, signed, [publicKey]), undefined, 'of a key that is not trusted');
  const legacy = signed
    .split('\n')
    .map((line, place) => (place === 1 ? line.replace(/^RU/, 'RW') : line))
    .join('\n');
  assert.throws(() => signerOf(message, legacy, [own.publicKey]), /expected the algorithm ED/);
});

test('changes of both sides are merged by member and by item, and what both changed is a conflict', () => {
  const base = { limit: 1, name: 'a', tags: ['x'], steps: [{ id: 'one', after: 5 }] };
  for (const [ours, theirs, value, conflicts] of [
    [base, base, base, []],
    [{ ...base, limit: 2 }, base, { ...base, limit: 2 }, []],
    [base, { ...base, limit: 3 }, { ...base, limit: 3 }, []],
    [{ ...base, limit: 2 }, { ...base, limit: 2 }, { ...base, limit: 2 }, []],
    [{ ...base, limit: 2 }, { ...base, name: 'b' }, { ...base, limit: 2, name: 'b' }, []],
    [{ ...base, limit: 2 }, { ...base, limit: 3 }, { ...base, limit: 2 }, ['limit']],
    [{ ...base, tags: ['x', 'y'] }, { ...base, tags: ['z'] }, { ...base, tags: ['x', 'y'] }, ['tags']],
    [
      { ...base, steps: [{ id: 'one', after: 6 }] },
      { ...base, steps: [...base.steps, { id: 'two', after: 9 }] },
      {
        ...base,
        steps: [
          { id: 'one', after: 6 },
          { id: 'two', after: 9 },
        ],
      },
      [],
    ],
    [
      { limit: 1, name: 'b', tags: ['x'], steps: [] },
      { ...base, limit: 4 },
      { limit: 4, name: 'b', tags: ['x'], steps: [] },
      [],
    ],
  ] as const) {
    assert.deepEqual(merge(base, ours, theirs), { value, conflicts });
  }
});

test('parameters take the place of their names, keep their type, and are checked', () => {
  const parameters = {
    limit: { title: { fr: 'Seuil' }, kind: 'number', min: 0, max: 1, default: 0.8 },
    group: { title: { fr: 'Groupe' }, kind: 'text' },
  } as const;
  const values = parameterValues({ parameters }, { group: 'waste' });
  assert.deepEqual(withParameters({ when: { value: `\${limit}` }, to: [`group:\${group}`] }, values), {
    when: { value: 0.8 },
    to: ['group:waste'],
  });
  for (const [given, reason] of [
    [{}, /parameters\.group: got nothing, expected a text/],
    [{ group: 'waste', limit: 2 }, /parameters\.limit: got 2, expected a number from 0 up to 1/],
    [{ group: 'waste', more: 1 }, /parameters\.more: got a value, expected one of the pack's parameters: limit, group/],
  ] as const) {
    assert.throws(() => parameterValues({ parameters }, given), reason);
  }
  assert.throws(() => withParameters({ a: `\${unknown}` }, values), /no such parameter/);
});
