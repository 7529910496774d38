-- The hash of the token in the first message to a browser, until the browser has returned it: until then it gets nothing
-- else, so that nobody aims messages at the address of another. NULL: confirmed.
ALTER TABLE publishing.endpoint ADD COLUMN confirmation_hash text;
