import { spawn } from 'node:child_process';
import { chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isOpen } from './mosquitto-server.ts';
import { until } from './postgres-server.ts';
import { endProgram, freePort, unprivilegedUser } from './programs.ts';

/** The administrator of the directory, and the password. */
const ROOT = { dn: 'cn=admin,dc=alzette,dc=test', password: 'admin-of-the-tests' };

/** Starts an empty OpenLDAP server with Debian's defaults on a free port; its folder is deleted when it stops. */
export async function startSlapd(program: string): Promise<{ url: string; stop(): Promise<void> }> {
  const user = unprivilegedUser('openldap');
  const folder = await mkdtemp(join(tmpdir(), 'alzette-slapd-'));
  const data = join(folder, 'data');
  await mkdir(data);
  const settings = join(folder, 'slapd.conf');
  await writeFile(settings, settingsOf(data));
  if (user) for (const path of [folder, data, settings]) await chown(path, user.uid, user.gid);
  const port = await freePort();
  const child = spawn(program, ['-f', settings, '-h', `ldap://127.0.0.1:${port}`, '-d', '0'], {
    ...user,
    cwd: folder,
    stdio: 'ignore',
  });
  await until(() => child.exitCode !== null || isOpen(port), 'slapd accepts connections');
  if (child.exitCode !== null) throw new Error(`slapd ended with ${child.exitCode}`);
  const [dn, password] = [encodeURIComponent(ROOT.dn), encodeURIComponent(ROOT.password)];
  return {
    url: `ldap://${dn}:${password}@127.0.0.1:${port}`,
    async stop() {
      await endProgram(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function settingsOf(data: string): string {
  const schemas = ['core', 'cosine', 'inetorgperson'].map((name) => `include /etc/ldap/schema/${name}.schema`);
  return `${schemas.join('\n')}
modulepath /usr/lib/ldap
moduleload back_mdb
database mdb
suffix "dc=alzette,dc=test"
rootdn "${ROOT.dn}"
rootpw ${ROOT.password}
directory ${data}
`;
}
