import { fileURLToPath } from 'node:url';
import { readCommandLine, refuse } from '../commands/command-line.ts';
import { release } from './release.ts';

const USAGE = `npm run release -- VERSION

Makes the release VERSION, such as 1.2.3: sets the version, tags it and packs it. Then sign the tag and SHA256SUMS, push
and publish them.`;
const [version] = readCommandLine({ usage: USAGE, words: 1 }).positionals;
if (version === undefined) refuse(USAGE, 'VERSION: got nothing, expected one such as 1.2.3');
for (const file of await release(fileURLToPath(new URL('../..', import.meta.url)), version)) console.log(file);
