-- For the metrics: the outcomes of the last day's commands.
CREATE INDEX command_done ON iot.command (done_at) WHERE done_at IS NOT NULL;
