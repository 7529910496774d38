import { missing } from '@alzette/kit/problems';
import type { Handlers } from '@alzette/kit/serve';
import { registerOfProcessing } from '../accounts/register.ts';
import type { SettingsContract } from '../contract/settings.ts';
import type { IdentityParts } from '../parts.ts';
import { latestEvents } from '../store/events.ts';
import { deleteProcessingEntry, retention, saveProcessingEntry, setRetention } from '../store/personal-data.ts';
import { rotateSigningKeys } from '../store/signing-keys.ts';
import { recorder } from './recording.ts';

/** Keys, events, retention, and the register of processing. */
export function settingsHandlers(parts: IdentityParts): Handlers<SettingsContract> {
  const { db, secrets } = parts;
  const record = recorder(parts);
  return {
    async rotateKeys({ body: { atOnce = false }, ip }) {
      const kid = await rotateSigningKeys(db, secrets, atOnce);
      await parts.record({ kind: 'keys-rotated', address: ip, detail: { kid, atOnce } });
      return { kid };
    },
    events: async ({ query: { before, limit } }) => ({ events: await latestEvents(db, before, limit) }),
    retention: () => retention(db),
    async changeRetention({ body, ip }) {
      await setRetention(db, body);
      await record(ip, { act: 'retention', ...body });
      return retention(db);
    },
    processing: async () => ({ processing: await registerOfProcessing(db) }),
    async saveProcessing({ params: { id }, body, ip }) {
      await saveProcessingEntry(db, id, body);
      await record(ip, { act: 'processing.save', id });
    },
    async deleteProcessing({ params: { id } }) {
      if (!(await deleteProcessingEntry(db, id))) throw missing('entry', id);
    },
  };
}
