-- What a codec decoded although it told of errors: JSON {"data": …, "warnings": […]}.
ALTER TABLE iot.quarantine ADD COLUMN decoded text;
