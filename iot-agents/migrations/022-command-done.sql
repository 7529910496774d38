-- How the commands of the last day ended is told to who watches.
CREATE INDEX command_done ON iot.command (done_at) WHERE done_at IS NOT NULL;
