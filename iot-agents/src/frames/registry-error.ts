import { Problem } from '@alzette/kit/problems';

const STATUS = {
  WRONG_SYNTAX: 400,
  DEVICE_NOT_FOUND: 404,
  DUPLICATE_DEVICE_ID: 409,
  PROFILE_NOT_FOUND: 404,
  DUPLICATE_PROFILE: 409,
  PROFILE_IN_USE: 409,
  FRAME_NOT_FOUND: 404,
  CONNECTION_NOT_FOUND: 404,
  SOURCE_NOT_FOUND: 404,
  DUPLICATE_SOURCE: 409,
  SOURCE_BUSY: 409,
  SOURCE_UNREADABLE: 422,
  UNAUTHORIZED: 401,
  TOO_MANY_DEVICES: 429,
  CREDENTIAL_NOT_FOUND: 404,
  COMMAND_NOT_FOUND: 404,
  COMMAND_UNKNOWN: 404,
  NO_DOWNLINK_ROUTE: 409,
  ENCODE_ERROR: 400,
  CODEC_EXAMPLE_FAILED: 400,
  BAD_REQUEST: 400,
  MISSING_HEADERS: 400,
  MISSING_CONFIG_PARAMS: 400,
  MISMATCHED_SERVICE: 403,
  DUPLICATE_GROUP: 409,
  DEVICE_GROUP_NOT_FOUND: 404,
  AMBIGUOUS_DEVICE_ID: 409,
  MANDATORY_PARAMS_NOT_FOUND: 400,
  UNSUPPORTED_TYPE: 400,
  PARSE_ERROR: 400,
} as const;

/** The error names of FIWARE's IoT agents where they exist. */
export type RegistryErrorName = keyof typeof STATUS;

const TITLES: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not found',
  409: 'Conflict with existing data',
  429: 'Too many requests',
};

/** An invalid request to the agents; `message` names the field, what was received and what was expected. */
export class RegistryError extends Problem {
  override readonly name: RegistryErrorName;

  constructor(name: RegistryErrorName, message: string) {
    const status = STATUS[name];
    super(status, TITLES[status] ?? 'The request is not valid', message);
    this.name = name;
  }
}
