import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readCommandLine, refuse } from '../commands/command-line.ts';
import { release } from './release.ts';

const USAGE = `npm run release -- VERSION [--key FILE]

Makes the release VERSION, such as 1.2.3: sets the version, tags it and packs it. Then sign the tag, push and publish.

    --key <file>  signs SHA256SUMS and provenance.json with this secret key, which "alzette pack keys" creates`;
const { positionals, values } = readCommandLine({ usage: USAGE, words: 1, options: { key: { type: 'string' } } });
const [version] = positionals;
if (version === undefined) refuse(USAGE, 'VERSION: got nothing, expected one such as 1.2.3');
const key = values.key === undefined ? undefined : readFileSync(values.key, 'utf8');
const root = fileURLToPath(new URL('../..', import.meta.url));
for (const file of await release(root, version, key)) console.log(file);
