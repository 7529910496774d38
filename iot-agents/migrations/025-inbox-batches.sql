-- Names the statement that inserted a message, so that its outcome can be looked up when the answer was lost.
ALTER TABLE iot.inbox ADD COLUMN batch uuid;
