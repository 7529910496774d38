-- Identifies the statement that inserted a message, so that its outcome can be looked up if the response was lost.
ALTER TABLE iot.inbox ADD COLUMN batch uuid;
