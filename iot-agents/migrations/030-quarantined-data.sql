-- What a codec decoded despite reporting errors: JSON {"data": …, "warnings": […]}.
ALTER TABLE iot.quarantine ADD COLUMN decoded text;
