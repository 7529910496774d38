-- The last time that was noted before a clock went ahead by more than a day. If that was an error, time continues from here.
ALTER TABLE broker_clock ADD COLUMN before_jump timestamptz NOT NULL DEFAULT 'epoch';
