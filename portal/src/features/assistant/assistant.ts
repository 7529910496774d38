import type { AssistantContract } from '@alzette/assistant/contract';
import { ASSISTANT } from '@alzette/assistant/paths';
import { service } from '../../broker/service.ts';

export const assistant = service<AssistantContract>(ASSISTANT);
