import type { Database } from '../database.ts';
import { lockMembers } from '../processes/membership-rows.ts';

/*
 * An external MQTT broker keeps a session for each of our processes, with the messages that arrive while the process is
 * away. The session of a process that has ended is taken over by the next one to start, or emptied by a running one.
 */

const ORPHANS = `
  SELECT client_id FROM iot.mqtt_session
  WHERE NOT EXISTS (SELECT FROM iot.agent_process WHERE agent_process.process = mqtt_session.process)
  ORDER BY length(client_id), client_id`;
const TAKEN = 'SELECT client_id FROM iot.mqtt_session WHERE process = $2 AND client_id <> $1 ORDER BY client_id';
/** Whether another process has taken our own session, and whether sessions are abandoned or taken over by us. */
const STATE = `
  SELECT EXISTS (SELECT FROM iot.mqtt_session WHERE client_id = $1 AND process <> $2) AS is_lost,
    NOT EXISTS (SELECT FROM iot.mqtt_session WHERE client_id = $1)
      OR EXISTS (SELECT FROM iot.mqtt_session AS s WHERE (s.process = $2 AND s.client_id <> $1)
      OR NOT EXISTS (SELECT FROM iot.agent_process AS p WHERE p.process = s.process)) AS is_open`;
const ALL = 'SELECT client_id FROM iot.mqtt_session';
const TAKE = `
  INSERT INTO iot.mqtt_session (client_id, process) VALUES ($1, $2)
  ON CONFLICT (client_id) DO UPDATE SET process = excluded.process`;
/** Another process emptied our own session, and has forgotten it. */
const TAKE_BACK = `
  INSERT INTO iot.mqtt_session (client_id, process) VALUES ($1, $2) ON CONFLICT (client_id) DO NOTHING`;
const FORGET = 'DELETE FROM iot.mqtt_session WHERE client_id = $1 AND process = $2';

/** A client identifier for this process: that of an abandoned session, otherwise a new one. */
export async function takeSession(db: Database, process: string, base: string): Promise<string> {
  return db.transaction(async (tx) => {
    await lockMembers(tx);
    const orphans = await tx.query<{ client_id: string }>({ text: ORPHANS });
    const isOurs = (id: string): boolean => id === base || id.startsWith(`${base}-`);
    let clientId = orphans.rows.map((row) => row.client_id).find(isOurs);
    if (clientId === undefined) {
      const known = new Set((await tx.query<{ client_id: string }>({ text: ALL })).rows.map((row) => row.client_id));
      clientId = base;
      for (let n = 2; known.has(clientId); n++) clientId = `${base}-${n}`;
    }
    await tx.query({ text: TAKE, values: [clientId, process] });
    return clientId;
  });
}

/**
 * Takes over abandoned sessions, to empty them.
 *
 * @param own the client identifier of this process
 *
 * @returns all that we have taken over and not emptied yet; undefined: another process believed that we had ended, and
 * has taken our own
 */
export async function adoptSessions(db: Database, process: string, own: string): Promise<string[] | undefined> {
  // In the usual case no lock is needed.
  const { rows } = await db.query<{ is_lost: boolean; is_open: boolean }>({ text: STATE, values: [own, process] });
  if (rows[0]?.is_lost === true) return undefined;
  if (rows[0]?.is_open !== true) return [];
  return db.transaction(async (tx) => {
    await lockMembers(tx);
    await tx.query({ text: TAKE_BACK, values: [own, process] });
    const orphans = await tx.query<{ client_id: string }>({ text: ORPHANS });
    for (const { client_id } of orphans.rows) await tx.query({ text: TAKE, values: [client_id, process] });
    const taken = await tx.query<{ client_id: string }>({ text: TAKEN, values: [own, process] });
    return taken.rows.map((row) => row.client_id);
  });
}

export async function forgetSession(db: Database, process: string, clientId: string): Promise<void> {
  await db.query({ text: FORGET, values: [clientId, process] });
}
