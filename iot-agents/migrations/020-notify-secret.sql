-- The secret in notifications of our own subscriptions. Encrypted if the broker in the same process encrypts secrets.
CREATE TABLE iot.notify_secret (
  single boolean PRIMARY KEY DEFAULT true CHECK (single),
  secret text NOT NULL
);
