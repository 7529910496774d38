-- What our own subscriptions show when they notify us, encrypted where the broker beside us does that.
CREATE TABLE iot.notify_secret (
  single boolean PRIMARY KEY DEFAULT true CHECK (single),
  secret text NOT NULL
);
