export type RegistryErrorName =
  | 'WRONG_SYNTAX'
  | 'DEVICE_NOT_FOUND'
  | 'DUPLICATE_DEVICE_ID'
  | 'PROFILE_NOT_FOUND'
  | 'DUPLICATE_PROFILE'
  | 'PROFILE_IN_USE'
  | 'FRAME_NOT_FOUND'
  | 'CONNECTION_NOT_FOUND'
  | 'SOURCE_NOT_FOUND'
  | 'DUPLICATE_SOURCE'
  | 'SOURCE_BUSY'
  | 'SOURCE_UNREADABLE'
  | 'UNAUTHORIZED'
  | 'TOO_MANY_DEVICES'
  | 'CREDENTIAL_NOT_FOUND'
  | 'COMMAND_NOT_FOUND'
  | 'COMMAND_UNKNOWN'
  | 'NO_DOWNLINK_ROUTE'
  | 'ENCODE_ERROR'
  | 'CODEC_EXAMPLE_FAILED'
  | 'BAD_REQUEST'
  | 'MISSING_HEADERS'
  | 'MISSING_CONFIG_PARAMS'
  | 'MISMATCHED_SERVICE'
  | 'DUPLICATE_GROUP'
  | 'DEVICE_GROUP_NOT_FOUND'
  | 'AMBIGUOUS_DEVICE_ID'
  | 'MANDATORY_PARAMS_NOT_FOUND'
  | 'UNSUPPORTED_TYPE'
  | 'PARSE_ERROR';

/** Whatever a request to the registry gets wrong; `message` names the field, what was got and what was expected. */
export class RegistryError extends Error {
  override readonly name: RegistryErrorName;

  constructor(name: RegistryErrorName, message: string) {
    super(message);
    this.name = name;
  }
}
