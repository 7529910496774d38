import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { SETTINGS } from '../src/config.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

interface Instruction {
  readonly name: string;
  readonly text: string;
  readonly stage: string;
}

/** The instructions of a Dockerfile with joined continuation lines and without comments. */
function instructionsOf(dockerfile: string): Instruction[] {
  const joined = dockerfile.replaceAll(/^\s*#.*\n/gm, '').replaceAll(/\\\n\s*/g, ' ');
  let stage = '';
  return joined.split('\n').flatMap((line) => {
    const [, name, text] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    if (!name || text === undefined) return [];
    if (name === 'FROM') stage = / AS (\S+)/.exec(text)?.[1] ?? 'final';
    return [{ name, text, stage }];
  });
}

const instructions = instructionsOf(read('docker/Dockerfile'));
const ignored = read('.dockerignore').trim().split('\n');
const manifest = JSON.parse(read('package.json')) as { workspaces: string[]; scripts: Record<string, string> };
const workspaces = globSync(
  manifest.workspaces.map((pattern) => `${pattern}/package.json`),
  { cwd: ROOT },
);

describe('docker/Dockerfile', () => {
  test('copies only existing files', () => {
    for (const { text } of instructions.filter(({ name }) => name === 'COPY')) {
      if (text.startsWith('--from=')) continue;
      for (const source of text.split(/\s+/).slice(0, -1)) {
        assert.ok(existsSync(join(ROOT, source)), source);
        const hidden = ignored.find((path) => source === path || source.startsWith(`${path}/`));
        assert.equal(hidden, undefined, `${source} is kept out by .dockerignore`);
      }
    }
  });

  test('gets all sources of the folders that it copies', () => {
    const copied = instructions.filter(({ name, text }) => name === 'COPY' && !text.startsWith('--from='));
    const folders = new Set(copied.flatMap(({ text }) => text.split(/\s+/).slice(0, -1)));
    const names = ignored.filter((pattern) => pattern.startsWith('**/')).map((pattern) => pattern.slice('**/'.length));
    const sources = execFileSync('git', ['ls-files'], { cwd: ROOT, encoding: 'utf8' }).split('\n');
    const inside = sources.filter((path) => folders.has(path.split('/')[0] as string));
    assert.ok(inside.length > 1_000, `${inside.length} files`);
    for (const path of inside) {
      const hidden = names.find((name) => path.split('/').includes(name));
      assert.equal(hidden, undefined, `${path} is kept out by .dockerignore`);
      const above = ignored.find((pattern) => path === pattern || path.startsWith(`${pattern}/`));
      assert.equal(above, undefined, `${path} is kept out by .dockerignore`);
    }
  });

  test('has in the stage of the pages what their tsconfig.json extends', () => {
    const copied = instructions.filter(({ name, stage }) => name === 'COPY' && stage === 'pages');
    for (const page of ['portal', 'mobile']) {
      const [, base] = /"extends": "\.\.\/([^"]+)"/.exec(read(`${page}/tsconfig.json`)) ?? [];
      assert.ok(
        copied.some(({ text }) => text.split(' ').includes(base as string)),
        base,
      );
    }
  });

  test('copies only from earlier stages', () => {
    const seen = new Set<string>();
    for (const { name, text, stage } of instructions) {
      const from = /--from=(\S+)/.exec(text)?.[1];
      if (name === 'COPY' && from) assert.ok(seen.has(from) && from !== stage, from);
      seen.add(stage);
    }
  });

  test('has the manifest of every workspace before npm ci', () => {
    const copied = instructions.filter(({ name, stage }) => name === 'COPY' && stage === 'manifests');
    for (const workspace of workspaces)
      assert.ok(
        copied.some(({ text }) => text.startsWith(`${workspace} `)),
        workspace,
      );
  });

  test('has in the production stage every package that the server imports, and not the demo', () => {
    const final = instructions.filter(({ name, stage }) => name === 'COPY' && stage === 'production');
    const needed = [...dependenciesOf('platform')];
    for (const folder of needed) {
      const isThere = final.some(({ text }) =>
        text
          .split(' ')
          .slice(0, -1)
          .some((source) => `${folder}/`.startsWith(`${source}/`)),
      );
      assert.ok(isThere, folder);
    }
    assert.deepEqual(
      final.filter(({ text }) => text.startsWith('demo')),
      [],
    );
    assert.equal(instructions.findLast(({ name }) => name === 'FROM')?.text, 'production', 'the default stage');
  });

  test('runs npm scripts and files that exist, and ends as an unprivileged user', () => {
    for (const { text } of instructions.filter(({ name }) => name === 'RUN' || name === 'CMD')) {
      for (const [, script] of text.matchAll(/npm run (\S+)/g)) assert.ok(manifest.scripts[script as string], script);
      for (const [file] of text.matchAll(/[\w/-]+\.ts/g)) assert.ok(existsSync(join(ROOT, file)), file);
    }
    assert.equal(instructions.findLast(({ name }) => name === 'USER')?.text, 'node');
    assert.ok(instructions.some(({ name }) => name === 'HEALTHCHECK'));
    for (const label of ['version', 'revision', 'licenses'])
      assert.match(read('docker/Dockerfile'), new RegExp(`image\\.${label}=`));
  });

  test('builds on the major version of Node that the root package requires', () => {
    const pinned = /\d+/.exec(JSON.parse(read('package.json')).dependencies.node)?.[0];
    const bases = instructions.filter(({ name, text }) => name === 'FROM' && !/^(?:manifests|production)/.test(text));
    for (const { text } of bases) assert.match(text, new RegExp(`^node:${pinned}-`));
  });
});

test('docker/Dockerfile.package installs the Debian package alone, and runs it as docker/Dockerfile does', () => {
  const own = instructionsOf(read('docker/Dockerfile.package'));
  const last = (given: readonly Instruction[], name: string) =>
    given.findLast((each) => each.name === name)?.text ?? '';
  const options = (text: string) => (JSON.parse(text) as string[]).filter((word) => word.startsWith('--'));
  assert.deepEqual(options(last(own, 'CMD')), options(last(instructions, 'CMD')));
  assert.equal(last(own, 'HEALTHCHECK'), last(instructions, 'HEALTHCHECK'));
  assert.equal(last(own, 'USER'), 'alzette');
  const commands = own.filter(({ name }) => name === 'RUN' || name === 'ADD').map(({ text }) => text);
  assert.doesNotMatch(commands.join('\n'), /https?:|\b(?:npm|curl|wget|git)\b/);
  // What postinst creates would be the same secret in each container.
  for (const secret of ['secret.env', 'backup.key']) {
    assert.ok(read('scripts/pack/debian/postinst').includes(`/etc/alzette/${secret}`), secret);
    assert.match(commands.join(), new RegExp(`rm [^&]*/etc/alzette/${secret}`));
  }
});

/** The workspace folders that a workspace depends on, including itself. */
function dependenciesOf(folder: string, found = new Set<string>()): Set<string> {
  if (found.has(folder)) return found;
  found.add(folder);
  const { dependencies = {} } = JSON.parse(read(`${folder}/package.json`)) as { dependencies?: Record<string, string> };
  for (const workspace of workspaces) {
    const { name } = JSON.parse(read(workspace)) as { name: string };
    if (name in dependencies) dependenciesOf(workspace.replace('/package.json', ''), found);
  }
  return found;
}

describe('the compose files', () => {
  const compose = parse(read('docker/compose.yaml'));

  for (const file of globSync('docker/compose*.yaml', { cwd: ROOT })) {
    const document = parse(read(file), {
      customTags: [{ tag: '!override', collection: 'seq', resolve: (list) => list }],
    });

    test(`${file}: its services depend on existing services, and its volumes are declared or existing files`, () => {
      const services = { ...compose.services, ...document.services };
      const volumes = { ...compose.volumes, ...document.volumes };
      for (const [name, service] of Object.entries<Record<string, unknown>>(document.services)) {
        for (const other of Object.keys(service.depends_on ?? {})) assert.ok(services[other], `${name} → ${other}`);
        for (const volume of (service.volumes ?? []) as string[]) {
          const [source = ''] = volume.split(':');
          assert.ok(source.startsWith('.') ? existsSync(join(ROOT, 'docker', source)) : source in volumes, volume);
        }
      }
    });

    test(`${file}: sets only existing settings, publishes only on loopback except for Caddy, and contains no password`, () => {
      for (const [name, service] of Object.entries<Record<string, unknown>>(document.services)) {
        const ports = name === 'caddy' ? [] : ((service.ports ?? []) as string[]);
        for (const port of ports) assert.match(port, /^127\.0\.0\.1:/, name);
        for (const [key, value] of Object.entries(service.environment ?? {})) {
          if (name === 'alzette') assert.ok(key in SETTINGS || key === 'NODE_OPTIONS', key);
          if (/PASSWORD/.test(key)) assert.match(String(value), /^\$\{/);
        }
      }
    });
  }

  test('waits for a healthy database, and pins its version', () => {
    assert.equal(compose.services.alzette.depends_on.database.condition, 'service_healthy');
    assert.ok(compose.services.database.healthcheck);
    assert.match(compose.services.database.image, /^postgis\/postgis:\d+-\d+\.\d+$/);
  });
});

test('publiccode.yml has the members that version 0.4 requires', () => {
  const document = parse(read('publiccode.yml'));
  assert.equal(document.publiccodeYmlVersion, '0.4');
  assert.equal(document.legal.license, manifest.workspaces && JSON.parse(read('package.json')).license);
  for (const key of ['name', 'url', 'platforms', 'developmentStatus', 'softwareType']) assert.ok(document[key], key);
  assert.ok(document.maintenance.contacts[0].name);
  for (const { shortDescription, longDescription, features } of Object.values<Record<string, string>>(
    document.description,
  )) {
    assert.ok((shortDescription ?? '').length > 0 && (shortDescription ?? '').length <= 150);
    assert.ok((longDescription ?? '').length >= 150 && (longDescription ?? '').length <= 10_000);
    assert.ok(features?.length);
  }
});
