import type { AssistantContract } from '@alzette/assistant/contract';
import { ASSISTANT } from '@alzette/assistant/paths';
import { clientOf } from '@alzette/web/asking';

export const assistant = clientOf<AssistantContract>(ASSISTANT);
